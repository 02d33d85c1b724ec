-- What are the menus of a domain called?
SELECT name FROM cfg.ivr_menu WHERE domain_id = %(domain_id)s ORDER BY name;
