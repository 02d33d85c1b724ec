-- The digest hash of each phone `first` to `last`; the password is bench and its number.
INSERT INTO cfg.device_credential (device_id, realm, a1_md5)
SELECT n, d.name, md5((1000000 + n) || ':' || d.name || ':bench' || (1000000 + n))
FROM cfg.domain d, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
