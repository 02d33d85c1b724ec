-- Which agents does every node have, and in which queues do they sit? An agent in several queues is several rows, one in none has NULLs there.
SELECT s.queue_id, s.level, s.position, e.number, d.name, a.initial_status, a.ring_timeout_s, a.max_no_answer, a.wrap_up_s,
       a.reject_delay_s, a.busy_delay_s, a.no_answer_delay_s
FROM cfg.queue_agent a
JOIN cfg.extension e ON e.id = a.extension_id
JOIN cfg.domain d ON d.id = a.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
LEFT JOIN (cfg.queue_tier s JOIN cfg.queue q ON q.id = s.queue_id AND q.enabled) ON s.queue_agent_id = a.id
WHERE a.enabled AND e.enabled AND d.enabled AND t.enabled
ORDER BY d.name, q.name NULLS LAST, s.level, s.position, e.number
