-- The PIN of each mailbox `first` to `last`: the extension's own number.
INSERT INTO cfg.voicemail_credential (extension_id, realm, a1_md5)
SELECT n, d.name, md5((1000000 + n) || ':' || d.name || ':' || (1000000 + n))
FROM cfg.domain d, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
