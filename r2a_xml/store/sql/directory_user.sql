-- Who is this user of this domain, with everything that any question about a user is answered from?
SELECT d.name, n.name, d.context, d.spellings, e.number, e.name, e.voicemail_enabled, e.voicemail_email, t.language, t.timezone,
       c.a1_md5, v.a1_md5, x.reverse_auth_user, x.reverse_auth_sealed,
       CASE WHEN x.reverse_auth_user IS NOT NULL THEN 0
            WHEN t.user_cache_ms IS NOT NULL THEN t.user_cache_ms
            WHEN (SELECT count(*) FROM (SELECT FROM cfg.domain LIMIT 2) AS counted) > 1 THEN 0
            ELSE %(cache_ms)s::integer END,
       ARRAY(SELECT a.name::text FROM cfg.user_name a WHERE a.extension_id = e.id),
       (SELECT json_agg(json_build_array(o.level, o.kind, o.name, o.value))
        FROM (SELECT 1 AS level, y.kind, y.name, y.value FROM cfg.directory_entry y
              WHERE y.domain_id = d.id AND y.call_group_id IS NULL AND y.extension_id IS NULL AND y.device_id IS NULL
              UNION ALL
              SELECT 2, y.kind, y.name, y.value FROM cfg.call_group_member m JOIN cfg.directory_entry y ON y.call_group_id = m.call_group_id
              WHERE m.extension_id = e.id
              UNION ALL
              SELECT 3, y.kind, y.name, y.value FROM cfg.directory_entry y WHERE y.extension_id = e.id
              UNION ALL
              SELECT 4, y.kind, y.name, y.value FROM cfg.directory_entry y WHERE y.device_id = x.id) AS o)
FROM cfg.domain_name n
JOIN LATERAL (SELECT f.*, ARRAY(SELECT s.name::text FROM cfg.domain_name s WHERE s.domain_id = f.id ORDER BY s.name <> f.name, s.name) AS spellings
              FROM cfg.domain f WHERE f.id = n.domain_id) AS d ON true
JOIN cfg.tenant t ON t.id = d.tenant_id
JOIN cfg.user_name u ON u.domain_id = d.id AND u.name = %(user)s
JOIN cfg.extension e ON e.id = u.extension_id
LEFT JOIN cfg.device x ON x.id = u.device_id AND x.enabled
LEFT JOIN cfg.device_credential c ON c.device_id = x.id AND c.realm = n.name
LEFT JOIN cfg.voicemail_credential v ON v.extension_id = e.id AND v.realm = n.name
WHERE n.name = lower(%(domain)s) AND d.enabled AND t.enabled AND e.enabled
