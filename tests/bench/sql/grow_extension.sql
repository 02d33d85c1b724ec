-- Extensions `first` to `last`; ids are the bench's own numbers, so that the tables can be filled side by side.
INSERT INTO cfg.extension (id, domain_id, number, name, voicemail_enabled) OVERRIDING SYSTEM VALUE
SELECT n, d.id, (1000000 + n)::text, 'Bench ' || (1000000 + n), true
FROM cfg.domain d, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
