-- Which tenant is called this?
SELECT id, name FROM cfg.tenant WHERE name = %(name)s;
