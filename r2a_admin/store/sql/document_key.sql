-- Which document is this, for every node (NULL) or for one?
SELECT id, name FROM cfg.config_document WHERE name = %(name)s AND node_id IS NOT DISTINCT FROM %(node_id)s;
