-- Which gateways are there (or this one)?
SELECT g.name, g.enabled, p.name, t.name, n.name, g.proxy, g.realm, g.outbound_proxy, g.username, g.password_sealed IS NOT NULL, g.from_user, g.from_domain,
       g.register, (SELECT o.node_name FROM rt.gateway_owner o JOIN rt.node_lease l ON l.node_name = o.node_name AND l.lease_until > now()
                    WHERE o.gateway_id = g.id), g.transport, g.expire_s, g.retry_s, g.ping_s, g.caller_id_in_from, g.context, g.codecs,
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', r.name, 'value', r.value) ORDER BY r.name) FROM cfg.gateway_param r WHERE r.gateway_id = g.id), '[]'),
       g.created_at, g.updated_at
FROM cfg.gateway g JOIN cfg.sip_profile p ON p.id = g.sip_profile_id LEFT JOIN cfg.tenant t ON t.id = g.tenant_id LEFT JOIN cfg.node n ON n.id = g.node_id
WHERE %(id)s::bigint IS NULL OR g.id = %(id)s
ORDER BY g.name;
