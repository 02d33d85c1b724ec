WITH document AS (INSERT INTO cfg.config_document (name, node_id) SELECT 'post_load_modules.conf', id FROM cfg.node WHERE name = 'tele-node-01' RETURNING id),
modules AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'modules', '{}'::jsonb FROM document RETURNING document_id, id)
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'load', v.attributes::jsonb FROM modules p, (VALUES
    (1, '{"module": "mod_db"}'),
    (2, '{"module": "mod_hash"}'),
    (3, '{"module": "mod_local_stream"}'),
    (4, '{"module": "mod_voicemail"}'),
    (5, '{"module": "mod_valet_parking"}')) AS v (position, attributes);
