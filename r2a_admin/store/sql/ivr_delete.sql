-- Remove a menu with its options.
DELETE FROM cfg.ivr_menu WHERE id = %(id)s;
