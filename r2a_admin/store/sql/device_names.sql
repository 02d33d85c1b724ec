-- As what do the devices of a domain log in?
SELECT auth_user FROM cfg.device WHERE domain_id = %(domain_id)s ORDER BY auth_user LIMIT 20000;
