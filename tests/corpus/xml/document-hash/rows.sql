WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('hash.conf') RETURNING id),
remotes AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'remotes', '{}'::jsonb FROM document RETURNING document_id, id)
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'remote', v.attributes::jsonb FROM remotes p, (VALUES
    (1, '{"name": "tele-node-02", "host": "192.0.2.12", "port": "8021", "password": "of-the-corpus", "interval": "1000"}')) AS v (position, attributes);
