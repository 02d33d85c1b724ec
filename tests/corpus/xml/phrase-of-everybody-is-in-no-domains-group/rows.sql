INSERT INTO cfg.phrase (language, name) VALUES ('en', 'greeting');
INSERT INTO cfg.phrase_step (phrase_id, position, pattern, matches, function, data, say_type, say_method)
SELECT p.id, v.* FROM cfg.phrase p, (VALUES
    (1, NULL, true, 'play-file', 'a.wav', NULL, NULL)) AS v (position, pattern, matches, function, data, say_type, say_method)
WHERE p.name = 'greeting' AND p.language = 'en' AND p.domain_id IS NULL;
