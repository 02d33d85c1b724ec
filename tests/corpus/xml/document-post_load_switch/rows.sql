WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('post_load_switch.conf') RETURNING id),
settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'settings', '{}'::jsonb FROM document RETURNING document_id, id),
default_ptimes AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 2, 'default-ptimes', '{}'::jsonb FROM document RETURNING document_id, id),
leaves1 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM settings p, (VALUES
    (1, '{"name": "max-sessions", "value": "3000"}'),
    (2, '{"name": "sessions-per-second", "value": "120"}'),
    (3, '{"name": "loglevel", "value": "info"}'),
    (4, '{"name": "rtp-enable-zrtp", "value": "false"}'),
    (5, '{"name": "mailer-app", "value": "sendmail"}'),
    (6, '{"name": "mailer-app-args", "value": "-t"}')) AS v (position, attributes))
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'codec', v.attributes::jsonb FROM default_ptimes p, (VALUES
    (1, '{"name": "G729", "ptime": "40"}')) AS v (position, attributes);
