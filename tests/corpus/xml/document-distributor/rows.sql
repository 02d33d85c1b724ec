WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('distributor.conf') RETURNING id),
lists AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'lists', '{}'::jsonb FROM document RETURNING document_id, id),
list AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'list', '{"name": "carriers", "total-weight": "10"}'::jsonb FROM lists RETURNING document_id, id)
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'node', v.attributes::jsonb FROM list p, (VALUES
    (1, '{"name": "carrier1", "weight": "1"}'),
    (2, '{"name": "carrier2", "weight": "9"}')) AS v (position, attributes);
