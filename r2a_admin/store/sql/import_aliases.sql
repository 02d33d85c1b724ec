-- Many new aliases at once.
INSERT INTO cfg.extension_alias (domain_id, extension_id, name)
SELECT %(domain_id)s, * FROM unnest(%(extension_id)s::bigint[], %(name)s::text[]);
