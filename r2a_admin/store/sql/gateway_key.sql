-- Which gateway is called this?
SELECT id, name FROM cfg.gateway WHERE name = %(name)s;
