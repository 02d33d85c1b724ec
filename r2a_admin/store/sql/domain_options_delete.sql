-- Remove all options of the menus of a domain: they hold on to its extensions and its other menus.
DELETE FROM cfg.ivr_option WHERE domain_id = %(id)s;
