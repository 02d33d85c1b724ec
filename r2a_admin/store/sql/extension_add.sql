-- A new extension.
INSERT INTO cfg.extension (domain_id, number, name) VALUES (%(domain_id)s, %(number)s, %(name)s) RETURNING id;
