DELETE FROM cfg.config_document WHERE name = 'db.conf';
WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('db.conf') RETURNING id),
settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'settings', '{}'::jsonb FROM document RETURNING document_id, id)
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM settings p, (VALUES
    (1, '{"name": "odbc-dsn", "value": "pgsql://hostaddr=127.0.0.1 port=5000 dbname=limits"}')) AS v (position, attributes);
