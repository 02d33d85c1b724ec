-- One phone for each extension `first` to `last`.
INSERT INTO cfg.device (id, domain_id, extension_id, auth_user, password_set_at) OVERRIDING SYSTEM VALUE
SELECT n, d.id, n, (1000000 + n)::text, now()
FROM cfg.domain d, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
