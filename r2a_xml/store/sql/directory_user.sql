-- Who is this user of this domain, with everything that any question about a user is answered from, and is `aor` one of his names?
SELECT d.name, d.context, ARRAY(SELECT s.name::text FROM cfg.domain_name s WHERE s.domain_id = d.id ORDER BY s.name <> d.name, s.name),
       e.number, e.name, e.voicemail_enabled, e.voicemail_email, coalesce(e.language, t.language),
       (SELECT g.sound_prefix FROM cfg.voice_guide g WHERE g.language = coalesce(e.language, t.language)), e.codecs, t.timezone,
       c.a1_md5, v.a1_md5, x.reverse_auth_user, x.reverse_auth_sealed,
       CASE WHEN x.reverse_auth_user IS NOT NULL THEN 0
            WHEN t.user_cache_ms IS NOT NULL THEN t.user_cache_ms
            WHEN EXISTS (SELECT FROM cfg.domain o WHERE o.id <> d.id) THEN 0
            ELSE %(cache_ms)s::integer END,
       %(aor)s::text = '' OR EXISTS (SELECT FROM cfg.user_name a WHERE a.domain_id = d.id AND a.name = %(aor)s AND a.extension_id = e.id),
       (SELECT json_agg(json_build_array(left(y.owner, 1)::integer, y.kind, y.name, y.value)) FROM cfg.directory_entry y
        WHERE y.domain_id = d.id AND y.owner = ANY (
            ARRAY['1:', '3:' || e.id, '4:' || x.id] || ARRAY(SELECT '2:' || m.call_group_id FROM cfg.call_group_member m WHERE m.extension_id = e.id)))
FROM cfg.domain_name n
JOIN cfg.domain d ON d.id = n.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
JOIN cfg.user_name u ON u.domain_id = d.id AND u.name = %(user)s
JOIN cfg.extension e ON e.id = u.extension_id
LEFT JOIN cfg.device x ON x.id = u.device_id AND x.enabled
LEFT JOIN cfg.device_credential c ON c.device_id = x.id AND c.realm = n.name
LEFT JOIN cfg.voicemail_credential v ON e.voicemail_enabled AND v.extension_id = e.id AND v.realm = n.name
WHERE n.name = lower(%(domain)s) AND d.enabled AND t.enabled AND e.enabled
