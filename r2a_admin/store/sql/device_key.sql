-- Which device of a domain logs in as this?
SELECT v.id, v.auth_user, v.domain_id, d.name, v.extension_id, e.number
FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id JOIN cfg.extension e ON e.id = v.extension_id
WHERE v.domain_id = %(domain_id)s AND v.auth_user = %(auth_user)s;
