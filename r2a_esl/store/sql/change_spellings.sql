-- How are these domains, and those of these tenants, spelled, which spelling is the name, and are they enabled?
SELECT n.domain_id, n.name, d.tenant_id, d.name, d.enabled AND t.enabled
FROM cfg.domain_name n
JOIN cfg.domain d ON d.id = n.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE d.id = ANY (%(domains)s::bigint[]) OR d.tenant_id = ANY (%(tenants)s::bigint[])
