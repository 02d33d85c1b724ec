-- A new stream of music, of a domain or of everybody (NULL).
INSERT INTO cfg.moh_class (domain_id, name, path) VALUES (%(domain_id)s, %(name)s, %(path)s) RETURNING id;
