-- Many new PIN hashes at once.
INSERT INTO cfg.voicemail_credential (extension_id, realm, a1_md5)
SELECT * FROM unnest(%(extension_id)s::bigint[], %(realm)s::text[], %(a1_md5)s::text[]);
