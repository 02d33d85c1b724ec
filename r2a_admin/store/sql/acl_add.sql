-- A new access list.
INSERT INTO cfg.acl (name, allow_by_default) VALUES (%(name)s, %(allow_by_default)s) RETURNING id, name;
