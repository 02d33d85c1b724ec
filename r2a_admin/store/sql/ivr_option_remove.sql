-- Take an option of a menu away.
DELETE FROM cfg.ivr_option WHERE ivr_menu_id = %(id)s AND digits IS NOT DISTINCT FROM %(digits)s::text;
