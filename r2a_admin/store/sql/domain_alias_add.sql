-- Another name for a domain.
INSERT INTO cfg.domain_alias (domain_id, name) VALUES (%(id)s, %(name)s);
