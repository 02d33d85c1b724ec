-- Say where digits lead (NULL: whatever no option takes), in place of where they led.
INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, extension_id, target_menu_id, sound)
VALUES (%(domain_id)s, %(id)s, %(digits)s, %(action)s, %(extension_id)s, %(target_menu_id)s, %(sound)s)
ON CONFLICT ON CONSTRAINT ivr_option_has_its_digits_once DO UPDATE SET
    action = excluded.action, extension_id = excluded.extension_id, target_menu_id = excluded.target_menu_id, sound = excluded.sound;
