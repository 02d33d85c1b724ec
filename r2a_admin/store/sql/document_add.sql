-- A new document, for every node (NULL) or for one.
INSERT INTO cfg.config_document (name, node_id) VALUES (%(name)s, %(node_id)s) RETURNING id, name;
