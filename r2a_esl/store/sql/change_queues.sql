-- What are these queues, and those of these domains, tenants and music classes?
SELECT q.id, q.domain_id, q.name || '@' || d.name, q.enabled AND d.enabled AND t.enabled, q.moh_class_id
FROM cfg.queue q
JOIN cfg.domain d ON d.id = q.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE q.id = ANY (%(queues)s::bigint[]) OR q.domain_id = ANY (%(moved_domains)s::bigint[])
   OR d.tenant_id = ANY (%(moved_tenants)s::bigint[]) OR q.moh_class_id = ANY (%(streams)s::bigint[])
