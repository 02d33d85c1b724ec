-- Which extension of a domain is known by this number, alias or login?
SELECT e.id, e.number, e.domain_id, d.name
FROM cfg.user_name u JOIN cfg.extension e ON e.id = u.extension_id JOIN cfg.domain d ON d.id = e.domain_id
WHERE u.domain_id = %(domain_id)s AND u.name = %(name)s;
