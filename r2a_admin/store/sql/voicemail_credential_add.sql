-- The PIN hash of an extension for one realm.
INSERT INTO cfg.voicemail_credential (extension_id, realm, a1_md5) VALUES (%(id)s, %(realm)s, %(a1_md5)s);
