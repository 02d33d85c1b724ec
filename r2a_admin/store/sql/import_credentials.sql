-- Many new device credentials at once.
INSERT INTO cfg.device_credential (device_id, realm, a1_md5)
SELECT * FROM unnest(%(device_id)s::bigint[], %(realm)s::text[], %(a1_md5)s::text[]);
