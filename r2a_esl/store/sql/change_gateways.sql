-- What are these gateways, and those of these tenants?
SELECT g.id, g.tenant_id, g.sip_profile_id, g.node_id, g.name, g.enabled
FROM cfg.gateway g
WHERE g.id = ANY (%(gateways)s::bigint[]) OR g.tenant_id = ANY (%(tenants)s::bigint[])
