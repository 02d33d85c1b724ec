INSERT INTO cfg.ivr_menu (domain_id, name, greet_long, greet_short, invalid_sound, exit_sound, timeout_ms, inter_digit_timeout_ms, digits_max, failures_max, timeouts_max)
SELECT id, 'front', 'phrase:welcome@pbx.example.com', 'ivr/again.wav', 'ivr/invalid.wav', 'voicemail/goodbye.wav', 8000, 1500, 5, 2, 4 FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.ivr_menu (domain_id, name, greet_long) SELECT id, 'second', 'ivr/second.wav' FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, extension_id, target_menu_id, sound)
SELECT m.domain_id, m.id, o.digits, o.action, e.id, s.id, o.sound
FROM (VALUES ('front', '1', 'extension', '1001', NULL, NULL), ('front', '2', 'menu', NULL, 'second', NULL), ('front', NULL, 'direct_dial', NULL, NULL, NULL),
             ('front', '*', 'back', NULL, NULL, NULL), ('front', '9', 'exit', NULL, NULL, NULL), ('front', '22', 'sound', NULL, NULL, 'ivr/opening hours.wav'),
             ('front', '1003', 'extension', '1004', NULL, NULL), ('second', '0', 'top', NULL, NULL, NULL), ('second', '1', 'extension', '1002', NULL, NULL))
     AS o (menu, digits, action, number, target, sound)
JOIN cfg.ivr_menu m ON m.name = o.menu
LEFT JOIN cfg.extension e ON e.domain_id = m.domain_id AND e.number = o.number
LEFT JOIN cfg.ivr_menu s ON s.domain_id = m.domain_id AND s.name = o.target;
