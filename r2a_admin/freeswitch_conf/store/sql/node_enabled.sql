-- Is there a node of this name, and is it enabled?
SELECT enabled FROM cfg.node WHERE name = %(name)s
