-- Which seats do these agents have, and those of these extensions?
SELECT s.queue_id, s.queue_agent_id, q.name || '@' || d.name, e.number || '@' || d.name,
       q.enabled AND a.enabled AND e.enabled AND d.enabled AND t.enabled, s.level, s.position
FROM cfg.queue_tier s
JOIN cfg.queue q ON q.id = s.queue_id
JOIN cfg.queue_agent a ON a.id = s.queue_agent_id
JOIN cfg.extension e ON e.id = a.extension_id
JOIN cfg.domain d ON d.id = s.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE s.queue_agent_id = ANY (%(agents)s::bigint[]) OR a.extension_id = ANY (%(moved_extensions)s::bigint[])
