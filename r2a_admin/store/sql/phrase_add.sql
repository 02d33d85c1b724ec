-- A new phrase without steps.
INSERT INTO cfg.phrase (domain_id, language, name) VALUES (%(domain_id)s, %(language)s, %(name)s) RETURNING id;
