-- Which voice guide speaks this language?
SELECT id, language FROM cfg.voice_guide WHERE language = %(name)s;
