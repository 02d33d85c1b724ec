-- By which names are the extensions of a domain known?
SELECT name FROM cfg.user_name WHERE domain_id = %(domain_id)s ORDER BY name LIMIT 20000;
