-- A new tenant.
INSERT INTO cfg.tenant (name) VALUES (%(name)s) RETURNING id, name;
