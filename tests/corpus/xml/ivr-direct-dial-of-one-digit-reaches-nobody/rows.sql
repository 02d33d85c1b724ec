INSERT INTO cfg.ivr_menu (domain_id, name, greet_long) SELECT id, 'front', 'ivr/welcome.wav' FROM cfg.domain WHERE name = 'pbx.example.com';
UPDATE cfg.ivr_menu SET digits_max = 1;
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, action) SELECT domain_id, id, 'direct_dial' FROM cfg.ivr_menu WHERE name = 'front';
