-- Two tenants that own the same numbers, and at least one row in every table that operators write.
INSERT INTO cfg.tenant (name) VALUES ('one'), ('two');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, name || '.example.com', name || '.example.com' FROM cfg.tenant;
INSERT INTO cfg.domain_alias (domain_id, name) SELECT id, 'sip.' || name FROM cfg.domain;
INSERT INTO cfg.extension (domain_id, number, name, voicemail_enabled, voicemail_email, language, codecs)
SELECT d.id, n.number, 'Desk ' || n.number, true, 'desk@example.com', 'es', 'OPUS,PCMU@8000h@20i'
FROM cfg.domain d, unnest(ARRAY['1001', '1002', '1077']) AS n (number);
INSERT INTO cfg.extension_alias (domain_id, extension_id, name) SELECT domain_id, id, 'desk' || number FROM cfg.extension;
INSERT INTO cfg.device (domain_id, extension_id, auth_user, description, password_set_at, trusted_cidr, reverse_auth_user, reverse_auth_sealed)
SELECT domain_id, id, 'phone' || number, 'Phone', now(), '192.0.2.0/24', 'reverse', decode(md5('reverse' || id), 'hex') FROM cfg.extension;
INSERT INTO cfg.device_credential (device_id, realm, a1_md5)
SELECT v.id, d.name, md5('device' || v.id) FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id;
INSERT INTO cfg.voicemail_credential (extension_id, realm, a1_md5)
SELECT e.id, d.name, md5('voicemail' || e.id) FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id;
INSERT INTO cfg.call_group (domain_id, name) SELECT id, 'sales' FROM cfg.domain;
INSERT INTO cfg.call_group_member (domain_id, call_group_id, extension_id)
SELECT g.domain_id, g.id, e.id FROM cfg.call_group g JOIN cfg.extension e ON e.domain_id = g.domain_id AND e.number = '1001';
INSERT INTO cfg.directory_entry (domain_id, extension_id, kind, name, value) SELECT domain_id, id, 'variable', 'toll_allow', 'domestic' FROM cfg.extension;
INSERT INTO cfg.node (name) VALUES ('tele-node-01'), ('tele-node-02');
INSERT INTO cfg.node_address (node_id, alias, listen, advertise) SELECT id, 'sip', '192.0.2.1', 'sip.example.com' FROM cfg.node;
INSERT INTO cfg.sip_profile_node (sip_profile_id, node_id) SELECT p.id, n.id FROM cfg.sip_profile p, cfg.node n WHERE p.name = 'internal';
INSERT INTO cfg.gateway (tenant_id, sip_profile_id, name, proxy, realm, outbound_proxy, username, password_sealed, from_user, from_domain, register, codecs)
SELECT t.id, p.id, 'carrier-' || t.name, 'sip.example.net', 'example.net', 'out.example.net', 'account', decode(md5('gateway' || t.id), 'hex'), 'account',
       'example.net', true, 'PCMA'
FROM cfg.tenant t, cfg.sip_profile p WHERE p.name = 'external';
INSERT INTO cfg.gateway_param (gateway_id, name, value) SELECT id, 'ping-max', '3' FROM cfg.gateway;
INSERT INTO cfg.acl (name) VALUES ('carriers');
INSERT INTO cfg.acl_entry (acl_id, cidr, description) SELECT id, '192.0.2.0/24', 'Carrier' FROM cfg.acl;
INSERT INTO cfg.acl_entry (acl_id, domain) SELECT id, 'one.example.com' FROM cfg.acl;
INSERT INTO cfg.phrase (domain_id, language, name) SELECT id, 'es', 'closed' FROM cfg.domain;
INSERT INTO cfg.phrase_step (phrase_id, position, pattern, function, data, say_type, say_method)
SELECT p.id, s.position, '^(.*)$', s.function, s.data, s.say_type, s.say_method
FROM cfg.phrase p, (VALUES (1, 'play-file', 'ivr/closed.wav', NULL, NULL), (2, 'sleep', '200', NULL, NULL), (3, 'say', '$1', 'number', 'pronounced'))
     AS s (position, function, data, say_type, say_method);
INSERT INTO cfg.moh_class (domain_id, name, path) SELECT id, 'hold', '/srv/music' FROM cfg.domain;
INSERT INTO cfg.ivr_menu (domain_id, name, greet_long, greet_short, invalid_sound, exit_sound)
SELECT id, m, 'ivr/welcome.wav', 'ivr/short.wav', 'ivr/invalid.wav', 'ivr/bye.wav' FROM cfg.domain, unnest(ARRAY['main', 'more']) AS m;
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, extension_id)
SELECT m.domain_id, m.id, '1', 'extension', e.id FROM cfg.ivr_menu m JOIN cfg.extension e ON e.domain_id = m.domain_id AND e.number = '1077' WHERE m.name = 'main';
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, target_menu_id)
SELECT m.domain_id, m.id, '2', 'menu', t.id FROM cfg.ivr_menu m JOIN cfg.ivr_menu t ON t.domain_id = m.domain_id AND t.name <> m.name;
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, sound) SELECT domain_id, id, '3', 'sound', 'ivr/hours.wav' FROM cfg.ivr_menu;
INSERT INTO cfg.queue (domain_id, name, moh_class_id, announce_sound, announce_s)
SELECT d.id, 'support', m.id, 'ivr/wait.wav', 30 FROM cfg.domain d JOIN cfg.moh_class m ON m.domain_id = d.id;
INSERT INTO cfg.queue_agent (domain_id, extension_id) SELECT domain_id, id FROM cfg.extension;
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id)
SELECT q.domain_id, q.id, a.id FROM cfg.queue q JOIN cfg.queue_agent a ON a.domain_id = q.domain_id JOIN cfg.extension e ON e.id = a.extension_id AND e.number = '1001';
INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id, pin_sealed, moderator_pin_sealed, members_max)
SELECT d.id, '5000', 'Board', p.id, decode(md5('pin' || d.id), 'hex'), decode(md5('moderator' || d.id), 'hex'), 20
FROM cfg.domain d, cfg.conference_profile p WHERE p.name = 'default';
