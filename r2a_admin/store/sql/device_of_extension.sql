-- Which devices does an extension have?
SELECT v.id, v.auth_user, v.domain_id, d.name, v.extension_id, e.number
FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id JOIN cfg.extension e ON e.id = v.extension_id
WHERE v.extension_id = %(id)s ORDER BY v.auth_user;
