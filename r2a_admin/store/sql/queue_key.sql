-- Which queue of a domain is called this?
SELECT id, name FROM cfg.queue WHERE domain_id = %(domain_id)s AND name = %(name)s;
