-- One variable for each extension `first` to `last`.
INSERT INTO cfg.directory_entry (id, domain_id, extension_id, kind, name, value) OVERRIDING SYSTEM VALUE
SELECT 1000 + n, d.id, n, 'variable', 'toll_allow', 'domestic'
FROM cfg.domain d, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
