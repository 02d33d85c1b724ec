INSERT INTO cfg.phrase (language, name) VALUES ('en', 'callers');
INSERT INTO cfg.phrase_step (phrase_id, position, pattern, matches, function, data, say_type, say_method)
SELECT p.id, v.* FROM cfg.phrase p, (VALUES
    (10, '^([0-9]+):([0-9]+)$', true, 'play-file', 'ivr/ivr-you_are_number.wav', NULL, NULL),
    (20, '^([0-9]+):([0-9]+)$', true, 'say', '$1', 'number', 'pronounced'),
    (30, '^([0-9]+):([0-9]+)$', false, 'play-file', 'ivr/ivr-hold_connect_call.wav', NULL, NULL),
    (40, '^([0-9]+):([0-9]+)$', true, 'sleep', '300', NULL, NULL),
    (50, '^([0-9]+):([0-9]+)$', true, 'say', '$2', 'time_measurement', 'pronounced'),
    (60, '^1:', true, 'play-file', 'ivr/ivr-youre_next.wav', NULL, NULL),
    (70, '^([0-9]+):([0-9]+)$', true, 'play-file', 'digits/$1.wav', NULL, NULL),
    (80, NULL, true, 'play-file', 'ivr/ivr-please_hold.wav', NULL, NULL),
    (90, NULL, true, 'play-file', 'ivr/ivr-thank_you.wav', NULL, NULL)) AS v (position, pattern, matches, function, data, say_type, say_method)
WHERE p.name = 'callers' AND p.language = 'en' AND p.domain_id IS NULL;
