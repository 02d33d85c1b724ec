-- One phone for each extension that has none yet.
INSERT INTO cfg.device (domain_id, extension_id, auth_user, password_set_at)
SELECT e.domain_id, e.id, e.number, now()
FROM cfg.extension e
WHERE NOT EXISTS (SELECT FROM cfg.device d WHERE d.extension_id = e.id)
