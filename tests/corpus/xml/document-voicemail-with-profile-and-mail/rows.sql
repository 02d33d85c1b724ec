DELETE FROM cfg.config_document WHERE name = 'voicemail.conf';
WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('voicemail.conf') RETURNING id),
settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'settings', '{}'::jsonb FROM document RETURNING document_id, id),
profiles AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 2, 'profiles', '{}'::jsonb FROM document RETURNING document_id, id),
profile AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'profile', '{"name": "default"}'::jsonb FROM profiles RETURNING document_id, id),
email AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 11, 'email', '{}'::jsonb FROM profile RETURNING document_id, id),
leaves1 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM settings p, (VALUES
    (1, '{"name": "debug", "value": "0"}')) AS v (position, attributes)),
leaves2 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM email p, (VALUES
    (1, '{"name": "template-file", "value": "voicemail.tpl"}'),
    (2, '{"name": "notify-template-file", "value": "notify-voicemail.tpl"}'),
    (3, '{"name": "date-fmt", "value": "%A, %B %d %Y, %I %M %p"}'),
    (4, '{"name": "email-from", "value": "Voicemail <voicemail@pbx.example.com>"}')) AS v (position, attributes))
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM profile p, (VALUES
    (1, '{"name": "file-extension", "value": "wav"}'),
    (2, '{"name": "terminator-key", "value": "#"}'),
    (3, '{"name": "max-login-attempts", "value": "3"}'),
    (4, '{"name": "digit-timeout", "value": "10000"}'),
    (5, '{"name": "min-record-len", "value": "3"}'),
    (6, '{"name": "max-record-len", "value": "300"}'),
    (7, '{"name": "tone-spec", "value": "%(1000, 0, 640)"}'),
    (8, '{"name": "vmain-key", "value": "*"}'),
    (9, '{"name": "storage-dir", "value": "/var/lib/freeswitch/voicemail"}'),
    (10, '{"name": "odbc-dsn", "value": "pgsql://hostaddr=127.0.0.1 port=5000 dbname=voicemail"}')) AS v (position, attributes);
