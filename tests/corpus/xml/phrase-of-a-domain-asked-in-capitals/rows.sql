INSERT INTO cfg.phrase (language, name) VALUES ('en', 'welcome');
INSERT INTO cfg.phrase_step (phrase_id, position, pattern, matches, function, data, say_type, say_method)
SELECT p.id, v.* FROM cfg.phrase p, (VALUES
    (1, NULL, true, 'play-file', 'ivr/ivr-welcome.wav', NULL, NULL)) AS v (position, pattern, matches, function, data, say_type, say_method)
WHERE p.name = 'welcome' AND p.language = 'en' AND p.domain_id IS NULL;
INSERT INTO cfg.phrase (domain_id, language, name, pause_ms) SELECT id, 'en', 'welcome', 250 FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.phrase_step (phrase_id, position, pattern, matches, function, data, say_type, say_method)
SELECT p.id, v.* FROM cfg.phrase p, (VALUES
    (1, NULL, true, 'play-file', '/srv/sounds/pbx/welcome.wav', NULL, NULL)) AS v (position, pattern, matches, function, data, say_type, say_method)
WHERE p.name = 'welcome' AND p.language = 'en' AND p.domain_id = (SELECT id FROM cfg.domain WHERE name = 'pbx.example.com');
