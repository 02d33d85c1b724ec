WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('spandsp.conf') RETURNING id),
modem_settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 1, 'modem-settings', '{}'::jsonb FROM document RETURNING document_id, id),
fax_settings AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 2, 'fax-settings', '{}'::jsonb FROM document RETURNING document_id, id),
descriptors AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT id, NULL::bigint, 3, 'descriptors', '{}'::jsonb FROM document RETURNING document_id, id),
descriptor AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'descriptor', '{"name": "1"}'::jsonb FROM descriptors RETURNING document_id, id),
tone AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 1, 'tone', '{"name": "CED_TONE"}'::jsonb FROM descriptor RETURNING document_id, id),
tone2 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
    SELECT document_id, id, 2, 'tone', '{"name": "BUSY_TONE"}'::jsonb FROM descriptor RETURNING document_id, id),
leaves1 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM modem_settings p, (VALUES
    (1, '{"name": "total-modems", "value": "0"}'),
    (2, '{"name": "dialplan", "value": "XML"}')) AS v (position, attributes)),
leaves2 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'param', v.attributes::jsonb FROM fax_settings p, (VALUES
    (1, '{"name": "use-ecm", "value": "true"}'),
    (2, '{"name": "disable-v17", "value": "false"}'),
    (3, '{"name": "ident", "value": "+34 911 000 000"}'),
    (4, '{"name": "header", "value": "PBX & Sons"}'),
    (5, '{"name": "spool-dir", "value": "/var/spool/freeswitch/fax"}'),
    (6, '{"name": "file-prefix", "value": "faxrx"}')) AS v (position, attributes)),
leaves3 AS (INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'element', v.attributes::jsonb FROM tone p, (VALUES
    (1, '{"freq1": "2100", "freq2": "0", "min": "700", "max": "0"}')) AS v (position, attributes))
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT p.document_id, p.id, v.position, 'element', v.attributes::jsonb FROM tone2 p, (VALUES
    (1, '{"freq1": "480", "freq2": "620", "min": "464", "max": "536"}'),
    (2, '{"freq1": "0", "freq2": "0", "min": "464", "max": "572"}')) AS v (position, attributes);
