-- Which menu of a domain is called this?
SELECT id, name FROM cfg.ivr_menu WHERE domain_id = %(domain_id)s AND name = %(name)s;
