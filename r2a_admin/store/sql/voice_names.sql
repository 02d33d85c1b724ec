-- Which languages have a voice guide?
SELECT language FROM cfg.voice_guide ORDER BY language;
