-- What are these music classes, and those of these domains and tenants?
SELECT m.id, m.domain_id, coalesce(d.name || '/', '') || m.name, m.enabled AND (m.domain_id IS NULL OR (d.enabled AND t.enabled))
FROM cfg.moh_class m
LEFT JOIN cfg.domain d ON d.id = m.domain_id
LEFT JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE m.id = ANY (%(streams)s::bigint[]) OR m.domain_id = ANY (%(moved_domains)s::bigint[]) OR d.tenant_id = ANY (%(moved_tenants)s::bigint[])
