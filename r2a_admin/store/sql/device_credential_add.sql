-- The credential of a device for one realm.
INSERT INTO cfg.device_credential (device_id, realm, a1_md5) VALUES (%(id)s, %(realm)s, %(a1_md5)s);
