-- What does each node run, and what should it run?
SELECT coalesce(n.name, s.node_name), s.freeswitch_version, s.sessions, s.sofia, s.sofia_at,
       coalesce((SELECT jsonb_agg(jsonb_build_object('profile', r.profile, 'why', r.why) ORDER BY r.profile, r.noted_at)
                 FROM rt.restart_needed r WHERE r.node_name = coalesce(n.name, s.node_name)), '[]'),
       coalesce((SELECT jsonb_agg(p.name ORDER BY p.name) FROM cfg.sip_profile p WHERE p.id = ANY (runs.profiles)), '[]'),
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', g.name, 'profile', p.name, 'registers',
                     EXISTS (SELECT FROM rt.gateway_owner o WHERE g.register AND o.gateway_id = g.id AND o.node_name = n.name AND o.leaving_since IS NULL)) ORDER BY g.name)
                 FROM cfg.gateway g JOIN cfg.sip_profile p ON p.id = g.sip_profile_id LEFT JOIN cfg.tenant t ON t.id = g.tenant_id
                 WHERE p.id = ANY (runs.profiles) AND g.enabled AND (g.node_id IS NULL OR g.node_id = n.id) AND (g.tenant_id IS NULL OR t.enabled)), '[]')
FROM cfg.node n
FULL JOIN rt.node_status s ON s.node_name = n.name
-- As sofia_profiles.sql of the service says it.
CROSS JOIN LATERAL (SELECT ARRAY(
    SELECT p.id FROM cfg.sip_profile p
    WHERE p.enabled AND n.enabled
      AND (NOT EXISTS (SELECT FROM cfg.sip_profile_node q WHERE q.sip_profile_id = p.id)
           OR EXISTS (SELECT FROM cfg.sip_profile_node q WHERE q.sip_profile_id = p.id AND q.node_id = n.id)))) AS runs (profiles)
ORDER BY 1;
