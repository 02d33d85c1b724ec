DELETE FROM cfg.config_document WHERE name = 'opus.conf';
WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('opus.conf') RETURNING id),
settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'settings', '{}'::jsonb FROM document RETURNING document_id, id)
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM settings p, (VALUES
    (1, '{"name": "use-vbr", "value": "1"}'),
    (2, '{"name": "complexity", "value": "7"}'),
    (3, '{"name": "maxaveragebitrate", "value": "24000"}'),
    (4, '{"name": "maxplaybackrate", "value": "16000"}'),
    (5, '{"name": "keep-fec-enabled", "value": "1"}'),
    (6, '{"name": "packet-loss-percent", "value": "10"}')) AS v (position, attributes);
