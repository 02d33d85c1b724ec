INSERT INTO cfg.ivr_menu (domain_id, name, greet_long, enabled) SELECT d.id, m, 'ivr/welcome.wav', m <> 'closed' FROM cfg.domain d, unnest(ARRAY['front', 'closed', 'behind']) AS m WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, target_menu_id)
SELECT m.domain_id, m.id, o.digits, 'menu', s.id FROM (VALUES ('front', '1', 'closed'), ('closed', '1', 'behind')) AS o (menu, digits, target)
JOIN cfg.ivr_menu m ON m.name = o.menu JOIN cfg.ivr_menu s ON s.domain_id = m.domain_id AND s.name = o.target;
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, extension_id)
SELECT m.domain_id, m.id, o.digits, 'extension', e.id FROM (VALUES ('2', '1002'), ('3', '1003')) AS o (digits, number)
JOIN cfg.ivr_menu m ON m.name = 'front' JOIN cfg.extension e ON e.domain_id = m.domain_id AND e.number = o.number;
UPDATE cfg.extension SET enabled = false WHERE number = '1002';
