INSERT INTO cfg.ivr_menu (domain_id, name, greet_long) SELECT id, 'front', 'ivr/welcome.wav' FROM cfg.domain WHERE name = 'pbx.example.com';
