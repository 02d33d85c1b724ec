-- Forget every PIN hash of an extension.
DELETE FROM cfg.voicemail_credential WHERE extension_id = %(id)s;
