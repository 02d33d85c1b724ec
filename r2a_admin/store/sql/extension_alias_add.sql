-- Another name for an extension.
INSERT INTO cfg.extension_alias (domain_id, extension_id, name) VALUES (%(domain_id)s, %(id)s, %(name)s);
