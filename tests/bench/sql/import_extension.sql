-- Extensions `first` to `last`, as somebody imports them: every trigger and check is on.
INSERT INTO cfg.extension (domain_id, number, name)
SELECT d.id, (1000000 + n)::text, 'Bench ' || (1000000 + n)
FROM cfg.domain d, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
