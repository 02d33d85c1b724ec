-- Which gateways do this node's profiles carry? Gateways of a disabled tenant or profile are left out, like disabled ones.
-- One that registers does so where FreeSWITCH, this process of it, was told to drop it by itself in time (see 0008_gateway_owner.sql).
SELECT p.name, g.name, g.proxy, g.realm, g.outbound_proxy, g.username, g.password_sealed, g.from_user, g.from_domain,
       g.register AND EXISTS (
            SELECT FROM rt.gateway_owner o JOIN rt.node_lease l ON l.node_name = o.node_name
            WHERE o.gateway_id = g.id AND o.name = g.name AND o.profile = p.name AND o.node_name = k.name AND o.armed AND o.leaving_since IS NULL
              AND l.core_uuid = %(core_uuid)s AND l.armed_until > now() AND l.lease_until > now()),
       g.transport, g.expire_s, g.retry_s, g.ping_s, g.caller_id_in_from, g.context, g.codecs,
       (SELECT json_object_agg(y.name, y.value ORDER BY y.name) FROM cfg.gateway_param y WHERE y.gateway_id = g.id)
FROM cfg.node k
JOIN cfg.gateway g ON g.enabled AND (g.node_id IS NULL OR g.node_id = k.id) AND (%(gateway)s::text IN ('', '_all_') OR g.name = %(gateway)s)
JOIN cfg.sip_profile p ON p.id = g.sip_profile_id AND p.enabled AND (%(profile)s::text = '' OR p.name = %(profile)s)
LEFT JOIN cfg.tenant t ON t.id = g.tenant_id
WHERE k.name = lower(%(node)s) AND k.enabled AND (g.tenant_id IS NULL OR t.enabled)
ORDER BY p.name, g.name
