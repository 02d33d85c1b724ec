-- Which devices are there (of this extension, of this domain, or this one)?
SELECT v.auth_user, e.number, d.name, v.description, v.enabled, v.password_set_at,
       ARRAY(SELECT c.realm::text FROM cfg.device_credential c WHERE c.device_id = v.id ORDER BY c.realm),
       ARRAY(SELECT n.name::text FROM cfg.domain_name n WHERE n.domain_id = v.domain_id
             AND NOT EXISTS (SELECT FROM cfg.device_credential c WHERE c.device_id = v.id AND c.realm = n.name) ORDER BY n.name),
       v.trusted_cidr::text, v.reverse_auth_user, v.created_at, v.updated_at
FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id JOIN cfg.extension e ON e.id = v.extension_id
WHERE (%(id)s::bigint IS NULL OR v.id = %(id)s)
  AND (%(extension_id)s::bigint IS NULL OR v.extension_id = %(extension_id)s)
  AND (%(domain_id)s::bigint IS NULL OR v.domain_id = %(domain_id)s)
ORDER BY d.name::text, length(e.number), e.number::text, v.auth_user::text
LIMIT %(limit)s;
