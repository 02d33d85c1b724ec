-- Which domain is asked for under this name?
SELECT d.id, d.name FROM cfg.domain_name n JOIN cfg.domain d ON d.id = n.domain_id WHERE n.name = %(name)s;
