-- A new menu.
INSERT INTO cfg.ivr_menu (domain_id, name, greet_long) VALUES (%(domain_id)s, %(name)s, %(greet_long)s) RETURNING id, name;
