-- Many new extensions at once.
INSERT INTO cfg.extension (domain_id, number, name, enabled, ring_timeout_s, voicemail_enabled, voicemail_email)
SELECT %(domain_id)s, * FROM unnest(%(number)s::text[], %(name)s::text[], %(enabled)s::boolean[], %(ring_timeout_s)s::integer[], %(voicemail)s::boolean[], %(voicemail_email)s::text[])
RETURNING number, id;
