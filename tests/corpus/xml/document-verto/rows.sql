WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('verto.conf') RETURNING id),
settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'settings', '{}'::jsonb FROM document RETURNING document_id, id),
profiles AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 2, 'profiles', '{}'::jsonb FROM document RETURNING document_id, id),
profile AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'profile', '{"name": "default-v4"}'::jsonb FROM profiles RETURNING document_id, id),
leaves1 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM settings p, (VALUES
    (1, '{"name": "debug", "value": "0"}'),
    (2, '{"name": "enable-presence", "value": "true"}')) AS v (position, attributes))
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM profile p, (VALUES
    (1, '{"name": "bind-local", "value": "192.0.2.11:8081"}'),
    (2, '{"name": "bind-local", "value": "192.0.2.11:8082", "secure": "true"}'),
    (3, '{"name": "force-register-domain", "value": "pbx.example.com"}'),
    (4, '{"name": "secure-combined", "value": "/etc/freeswitch/tls/wss.pem"}'),
    (5, '{"name": "userauth", "value": "true"}'),
    (6, '{"name": "blind-reg", "value": "false"}'),
    (7, '{"name": "rtp-ip", "value": "192.0.2.11"}'),
    (8, '{"name": "outbound-codec-string", "value": "opus,PCMA"}'),
    (9, '{"name": "inbound-codec-string", "value": "opus,PCMA"}'),
    (10, '{"name": "apply-candidate-acl", "value": "wan_v4.auto"}'),
    (11, '{"name": "apply-candidate-acl", "value": "rfc1918.auto"}'),
    (12, '{"name": "timer-name", "value": "soft"}')) AS v (position, attributes);
