-- A new node.
INSERT INTO cfg.node (name) VALUES (%(name)s) RETURNING id, name;
