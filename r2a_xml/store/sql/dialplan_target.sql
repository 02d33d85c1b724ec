-- What does this number reach in this context: a feature, an extension, or nothing (NULLs)? No row: the context is no tenant's.
SELECT ARRAY(SELECT s.name::text FROM cfg.domain_name s WHERE s.domain_id = d.id ORDER BY s.name <> d.name, s.name),
       (SELECT CASE WHEN f.enabled THEN f.feature END FROM cfg.feature_code f
        WHERE f.code = %(destination)s AND (f.domain_id = d.id OR f.domain_id IS NULL) ORDER BY f.domain_id NULLS LAST LIMIT 1),
       e.number, e.ring_timeout_s, e.codecs
FROM cfg.domain d
JOIN cfg.tenant t ON t.id = d.tenant_id
LEFT JOIN (cfg.user_name u JOIN cfg.extension e ON e.id = u.extension_id AND e.enabled) ON u.domain_id = d.id AND u.name = %(destination)s
WHERE d.context = lower(%(context)s) AND d.enabled AND t.enabled
