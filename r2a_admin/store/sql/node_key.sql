-- Which node is called this?
SELECT id, name FROM cfg.node WHERE name = %(name)s;
