INSERT INTO cfg.ivr_menu (domain_id, name, greet_long) SELECT d.id, m, 'ivr/welcome.wav' FROM cfg.domain d, unnest(ARRAY['front', 'left', 'right', 'nobody-leads-here']) AS m WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, target_menu_id)
SELECT m.domain_id, m.id, o.digits, 'menu', s.id FROM (VALUES ('front', '1', 'left'), ('front', '2', 'right'), ('left', '1', 'front'), ('left', '2', 'right'), ('left', '3', 'left'), ('right', '1', 'left'), ('nobody-leads-here', '1', 'front')) AS o (menu, digits, target)
JOIN cfg.ivr_menu m ON m.name = o.menu JOIN cfg.ivr_menu s ON s.domain_id = m.domain_id AND s.name = o.target;
