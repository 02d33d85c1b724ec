-- The demo tenant: pbx.example.com with extensions 1001 to 1020, each with one phone and the password demo<number>,
-- voicemail PIN = the number, a call group, music on hold, the menus main and more, the queue support, the conference room 5000.
-- `r2a demo` runs it, and only on a database that has no other tenant.
INSERT INTO cfg.tenant (name) VALUES ('demo');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'pbx.example.com', 'pbx.example.com' FROM cfg.tenant WHERE name = 'demo';
INSERT INTO cfg.extension (domain_id, number, name, voicemail_enabled)
SELECT d.id, n::text, 'Demo ' || n, true FROM cfg.domain d, generate_series(1001, 1020) AS n WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.device (domain_id, extension_id, auth_user, password_set_at)
SELECT e.domain_id, e.id, e.number, now() FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.device_credential (device_id, realm, a1_md5)
SELECT v.id, d.name, md5(v.auth_user || ':' || d.name || ':demo' || v.auth_user) FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.voicemail_credential (extension_id, realm, a1_md5)
SELECT e.id, d.name, md5(e.number || ':' || d.name || ':' || e.number) FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.call_group (domain_id, name) SELECT id, 'sales' FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.call_group_member (domain_id, call_group_id, extension_id, position)
SELECT g.domain_id, g.id, e.id, e.number::integer - 1000 FROM cfg.call_group g JOIN cfg.extension e ON e.domain_id = g.domain_id
WHERE g.name = 'sales' AND e.number IN ('1001', '1002', '1003');
INSERT INTO cfg.directory_entry (domain_id, extension_id, kind, name, value)
SELECT e.domain_id, e.id, 'variable', 'toll_allow', 'domestic' FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.moh_class (domain_id, name, path) SELECT id, 'hold', '/usr/share/freeswitch/sounds/music/8000' FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.ivr_menu (domain_id, name, greet_long, invalid_sound, exit_sound)
SELECT d.id, m.name, m.greeting, 'ivr/ivr-that_was_an_invalid_entry.wav', 'voicemail/vm-goodbye.wav'
FROM cfg.domain d, (VALUES ('main', 'ivr/ivr-welcome_to_freeswitch.wav'), ('more', 'ivr/ivr-sample_submenu.wav')) AS m (name, greeting)
WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, extension_id, target_menu_id)
SELECT m.domain_id, m.id, o.digits, o.action, e.id, t.id
FROM (VALUES ('main', '1', 'extension', '1001', NULL), ('main', '2', 'menu', NULL, 'more'), ('main', NULL, 'direct_dial', NULL, NULL),
             ('more', '1', 'extension', '1002', NULL), ('more', '9', 'back', NULL, NULL)) AS o (menu, digits, action, number, target)
JOIN cfg.domain d ON d.name = 'pbx.example.com'
JOIN cfg.ivr_menu m ON m.domain_id = d.id AND m.name = o.menu
LEFT JOIN cfg.extension e ON e.domain_id = d.id AND e.number = o.number
LEFT JOIN cfg.ivr_menu t ON t.domain_id = d.id AND t.name = o.target;
INSERT INTO cfg.queue (domain_id, name, moh_class_id)
SELECT d.id, 'support', m.id FROM cfg.domain d JOIN cfg.moh_class m ON m.domain_id = d.id AND m.name = 'hold' WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.queue_agent (domain_id, extension_id, initial_status)
SELECT e.domain_id, e.id, 'Available' FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id
WHERE d.name = 'pbx.example.com' AND e.number IN ('1001', '1002', '1003');
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id, position)
SELECT q.domain_id, q.id, a.id, e.number::integer - 1000
FROM cfg.queue q JOIN cfg.domain d ON d.id = q.domain_id JOIN cfg.queue_agent a ON a.domain_id = q.domain_id JOIN cfg.extension e ON e.id = a.extension_id
WHERE d.name = 'pbx.example.com' AND q.name = 'support';
INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id)
SELECT d.id, '5000', 'Demo conference', p.id FROM cfg.domain d, cfg.conference_profile p WHERE d.name = 'pbx.example.com' AND p.name = 'default';
