-- Which voice guides are there, and who hears them?
SELECT v.language, v.say_module, v.sound_prefix,
       (SELECT count(*) FROM cfg.tenant t WHERE t.language = v.language),
       (SELECT count(*) FROM cfg.extension e WHERE e.language = v.language),
       (SELECT count(*) FROM cfg.phrase p WHERE p.language = v.language)
FROM cfg.voice_guide v
ORDER BY v.language;
