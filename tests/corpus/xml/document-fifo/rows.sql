DELETE FROM cfg.config_document WHERE name = 'fifo.conf';
WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('fifo.conf') RETURNING id),
settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'settings', '{}'::jsonb FROM document RETURNING document_id, id),
fifos AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 2, 'fifos', '{}'::jsonb FROM document RETURNING document_id, id),
leaves1 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM settings p, (VALUES
    (1, '{"name": "delete-all-outbound-member-on-startup", "value": "true"}'),
    (2, '{"name": "outbound-strategy", "value": "enterprise"}')) AS v (position, attributes))
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'fifo', v.attributes::jsonb FROM fifos p, (VALUES
    (1, '{"name": "support@pbx.example.com", "importance": "2"}'),
    (2, '{"name": "sales@pbx.example.com", "importance": "0"}')) AS v (position, attributes);
