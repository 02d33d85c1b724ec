WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('timezones.conf') RETURNING id),
timezones AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'timezones', '{}'::jsonb FROM document RETURNING document_id, id)
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'zone', v.attributes::jsonb FROM timezones p, (VALUES
    (1, '{"name": "GMT", "value": "GMT0"}'),
    (2, '{"name": "Europe/Madrid", "value": "CET-1CEST,M3.5.0,M10.5.0/3"}'),
    (3, '{"name": "America/New_York", "value": "EST5EDT,M3.2.0,M11.1.0"}')) AS v (position, attributes);
