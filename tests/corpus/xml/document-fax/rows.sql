WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('fax.conf') RETURNING id),
settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'settings', '{}'::jsonb FROM document RETURNING document_id, id)
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM settings p, (VALUES
    (1, '{"name": "use-ecm", "value": "true"}'),
    (2, '{"name": "verbose", "value": "false"}'),
    (3, '{"name": "ident", "value": "+34 911 000 000"}'),
    (4, '{"name": "header", "value": "PBX \"Madrid\""}'),
    (5, '{"name": "spool-dir", "value": "/var/spool/freeswitch/fax"}')) AS v (position, attributes);
