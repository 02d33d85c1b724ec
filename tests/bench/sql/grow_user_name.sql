-- The names of extensions `first` to `last`: what the triggers, off while the bench fills its tables, would have written.
INSERT INTO cfg.user_name (domain_id, name, extension_id, device_id)
SELECT d.id, (1000000 + n)::text, n, n
FROM cfg.domain d, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
