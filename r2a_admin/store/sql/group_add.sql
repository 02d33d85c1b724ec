-- A new call group.
INSERT INTO cfg.call_group (domain_id, name) VALUES (%(domain_id)s, %(name)s) RETURNING id, name;
