-- The digest hash of each phone that has none yet; the password is bench and its number.
INSERT INTO cfg.device_credential (device_id, realm, a1_md5)
SELECT v.id, d.name, md5(v.auth_user || ':' || d.name || ':bench' || v.auth_user)
FROM cfg.device v
JOIN cfg.domain d ON d.id = v.domain_id
WHERE NOT EXISTS (SELECT FROM cfg.device_credential c WHERE c.device_id = v.id)
