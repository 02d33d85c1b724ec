-- Which call group of a domain is called this?
SELECT id, name FROM cfg.call_group WHERE domain_id = %(domain_id)s AND name = %(name)s;
