-- What are these agents, and those of these extensions, domains and tenants?
SELECT a.id, a.domain_id, a.extension_id, e.number || '@' || d.name, a.enabled AND e.enabled AND d.enabled AND t.enabled,
       a.initial_status, a.ring_timeout_s, a.max_no_answer, a.wrap_up_s, a.reject_delay_s, a.busy_delay_s, a.no_answer_delay_s
FROM cfg.queue_agent a
JOIN cfg.extension e ON e.id = a.extension_id
JOIN cfg.domain d ON d.id = a.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE a.id = ANY (%(agents)s::bigint[]) OR a.extension_id = ANY (%(moved_extensions)s::bigint[])
   OR a.domain_id = ANY (%(moved_domains)s::bigint[]) OR d.tenant_id = ANY (%(moved_tenants)s::bigint[])
