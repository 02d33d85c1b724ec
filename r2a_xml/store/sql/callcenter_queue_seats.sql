-- Which agents sit in this queue?
SELECT s.queue_id, s.level, s.position, e.number, d.name, a.initial_status, a.ring_timeout_s, a.max_no_answer, a.wrap_up_s,
       a.reject_delay_s, a.busy_delay_s, a.no_answer_delay_s
FROM cfg.queue_tier s
JOIN cfg.queue_agent a ON a.id = s.queue_agent_id
JOIN cfg.extension e ON e.id = a.extension_id
JOIN cfg.domain d ON d.id = a.domain_id
WHERE s.queue_id = %(queue)s::bigint AND a.enabled AND e.enabled
ORDER BY s.level, s.position, e.number
