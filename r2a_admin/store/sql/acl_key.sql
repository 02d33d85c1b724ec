-- Which access list is called this?
SELECT id, name FROM cfg.acl WHERE name = %(name)s;
