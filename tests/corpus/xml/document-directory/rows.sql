WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('directory.conf') RETURNING id),
settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'settings', '{}'::jsonb FROM document RETURNING document_id, id),
profiles AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 2, 'profiles', '{}'::jsonb FROM document RETURNING document_id, id),
profile AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'profile', '{"name": "default"}'::jsonb FROM profiles RETURNING document_id, id),
leaves1 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM settings p, (VALUES
    (1, '{"name": "dbname", "value": "/dev/shm/directory"}')) AS v (position, attributes))
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM profile p, (VALUES
    (1, '{"name": "max-menu-attempts", "value": "3"}'),
    (2, '{"name": "min-search-digits", "value": "3"}'),
    (3, '{"name": "terminator-key", "value": "#"}'),
    (4, '{"name": "digit-timeout", "value": "3000"}'),
    (5, '{"name": "max-result", "value": "5"}'),
    (6, '{"name": "next-key", "value": "6"}'),
    (7, '{"name": "prev-key", "value": "4"}'),
    (8, '{"name": "switch-order-key", "value": "*"}'),
    (9, '{"name": "select-name-key", "value": "1"}'),
    (10, '{"name": "new-search-key", "value": "3"}'),
    (11, '{"name": "search-order", "value": "last_name"}')) AS v (position, attributes);
