-- How are these domains, and those of these tenants, spelled?
SELECT n.domain_id, n.name, d.tenant_id
FROM cfg.domain_name n
JOIN cfg.domain d ON d.id = n.domain_id
WHERE d.id = ANY (%(domains)s::bigint[]) OR d.tenant_id = ANY (%(tenants)s::bigint[])
