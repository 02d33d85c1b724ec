-- Which gateways should this node's profiles have, and what would FreeSWITCH show of each?
SELECT p.name, g.name, g.proxy, g.realm, g.username, g.from_user, g.from_domain, g.transport, g.expire_s, g.ping_s, g.context,
       coalesce((SELECT json_object_agg(y.name, y.value) FROM cfg.gateway_param y WHERE y.gateway_id = g.id), '{}') AS params
FROM cfg.node k
JOIN cfg.gateway g ON g.enabled AND (g.node_id IS NULL OR g.node_id = k.id)
JOIN cfg.sip_profile p ON p.id = g.sip_profile_id AND p.enabled
LEFT JOIN cfg.tenant t ON t.id = g.tenant_id
WHERE k.name = %(node)s AND k.enabled AND (g.tenant_id IS NULL OR t.enabled)
ORDER BY p.name, g.name
