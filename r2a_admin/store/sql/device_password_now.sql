-- Remember when a device got its password.
UPDATE cfg.device SET password_set_at = clock_timestamp() WHERE id = %(id)s;
