-- Forget every credential of a device.
DELETE FROM cfg.device_credential WHERE device_id = %(id)s;
