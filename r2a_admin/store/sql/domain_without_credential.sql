-- How many devices and mailboxes of a domain have a secret, and none for this realm?
SELECT (SELECT count(*) FROM cfg.device v WHERE v.domain_id = %(id)s AND v.password_set_at IS NOT NULL
            AND NOT EXISTS (SELECT FROM cfg.device_credential c WHERE c.device_id = v.id AND c.realm = %(realm)s)),
       (SELECT count(DISTINCT e.id) FROM cfg.extension e JOIN cfg.voicemail_credential h ON h.extension_id = e.id WHERE e.domain_id = %(id)s
            AND NOT EXISTS (SELECT FROM cfg.voicemail_credential c WHERE c.extension_id = e.id AND c.realm = %(realm)s));
