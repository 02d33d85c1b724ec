-- Under which aliases is a domain asked for?
SELECT name FROM cfg.domain_alias WHERE domain_id = %(id)s ORDER BY name;
