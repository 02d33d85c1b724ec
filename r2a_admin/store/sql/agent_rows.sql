-- Which agents are there (in this domain, or this one), and in which queues do they sit?
SELECT e.number, d.name, e.name, a.enabled, a.initial_status, a.ring_timeout_s, a.max_no_answer, a.wrap_up_s, a.reject_delay_s, a.busy_delay_s,
       a.no_answer_delay_s,
       ARRAY(SELECT q.name::text FROM cfg.queue_tier s JOIN cfg.queue q ON q.id = s.queue_id WHERE s.queue_agent_id = a.id ORDER BY q.name)
FROM cfg.queue_agent a JOIN cfg.extension e ON e.id = a.extension_id JOIN cfg.domain d ON d.id = a.domain_id
WHERE (%(id)s::bigint IS NULL OR a.id = %(id)s) AND (%(domain_id)s::bigint IS NULL OR a.domain_id = %(domain_id)s)
ORDER BY d.name, length(e.number), e.number;
