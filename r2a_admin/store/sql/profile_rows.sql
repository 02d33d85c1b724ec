-- Which SIP profiles are there (or this one)?
SELECT p.name, p.enabled, p.port, p.context, p.sip_alias, p.rtp_alias, p.authenticate_calls,
       ARRAY(SELECT n.name::text FROM cfg.sip_profile_node s JOIN cfg.node n ON n.id = s.node_id WHERE s.sip_profile_id = p.id ORDER BY n.name),
       ARRAY(SELECT d.name::text FROM cfg.sip_profile_domain d WHERE d.sip_profile_id = p.id ORDER BY d.name),
       (SELECT count(*) FROM cfg.gateway g WHERE g.sip_profile_id = p.id),
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', r.name, 'value', r.value, 'node', n.name) ORDER BY r.name, n.name NULLS FIRST)
                 FROM cfg.sip_profile_param r LEFT JOIN cfg.node n ON n.id = r.node_id WHERE r.sip_profile_id = p.id), '[]'),
       p.created_at, p.updated_at
FROM cfg.sip_profile p
WHERE %(id)s::bigint IS NULL OR p.id = %(id)s
ORDER BY p.name;
