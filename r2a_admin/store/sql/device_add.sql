-- A new device of an extension.
INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain_id)s, %(extension_id)s, %(auth_user)s) RETURNING id;
