-- Remove a device.
DELETE FROM cfg.device WHERE id = %(id)s;
