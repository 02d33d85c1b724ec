-- What are the call groups of a domain called?
SELECT name FROM cfg.call_group WHERE domain_id = %(domain_id)s ORDER BY name;
