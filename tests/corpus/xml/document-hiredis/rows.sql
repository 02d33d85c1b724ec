WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('hiredis.conf') RETURNING id),
profiles AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'profiles', '{}'::jsonb FROM document RETURNING document_id, id),
profile AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'profile', '{"name": "limit"}'::jsonb FROM profiles RETURNING document_id, id),
connections AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'connections', '{}'::jsonb FROM profile RETURNING document_id, id),
connection AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'connection', '{"name": "primary"}'::jsonb FROM connections RETURNING document_id, id),
connection2 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 2, 'connection', '{"name": "secondary"}'::jsonb FROM connections RETURNING document_id, id),
params AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 2, 'params', '{}'::jsonb FROM profile RETURNING document_id, id),
leaves1 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM connection p, (VALUES
    (1, '{"name": "hostname", "value": "127.0.0.1"}'),
    (2, '{"name": "port", "value": "6379"}'),
    (3, '{"name": "timeout_ms", "value": "500"}')) AS v (position, attributes)),
leaves2 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM connection2 p, (VALUES
    (1, '{"name": "hostname", "value": "192.0.2.21"}'),
    (2, '{"name": "port", "value": "6380"}'),
    (3, '{"name": "timeout_ms", "value": "500"}')) AS v (position, attributes))
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM params p, (VALUES
    (1, '{"name": "ignore-connect-fail", "value": "true"}')) AS v (position, attributes);
