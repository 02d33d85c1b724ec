-- Remove a node.
DELETE FROM cfg.node WHERE id = %(id)s;
