-- What is on each access list, in order? A list without entries is one row without any.
SELECT a.name, a.allow_by_default, y.allow, y.cidr::text, y.domain
FROM cfg.acl a
LEFT JOIN cfg.acl_entry y ON y.acl_id = a.id
ORDER BY a.name, y.position, y.id
