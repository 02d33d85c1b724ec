-- Which queues are there (in this domain, or this one), and which agents sit in them?
SELECT q.name, d.name, q.enabled, q.strategy, coalesce(x.name || '/', '') || h.name, q.time_base, q.max_wait_s, q.max_wait_no_agent_s,
       q.max_wait_no_agent_reached_s, q.tier_rules, q.tier_wait_s, q.tier_wait_multiplies, q.tier_skips_without_agent, q.discard_abandoned_s,
       q.abandoned_resume, q.announce_sound, q.announce_s,
       coalesce((SELECT jsonb_agg(jsonb_build_object('number', e.number, 'level', s.level, 'position', s.position) ORDER BY s.level, s.position, e.number)
                 FROM cfg.queue_tier s JOIN cfg.queue_agent a ON a.id = s.queue_agent_id JOIN cfg.extension e ON e.id = a.extension_id
                 WHERE s.queue_id = q.id), '[]')
FROM cfg.queue q JOIN cfg.domain d ON d.id = q.domain_id
LEFT JOIN cfg.moh_class h ON h.id = q.moh_class_id LEFT JOIN cfg.domain x ON x.id = h.domain_id
WHERE (%(id)s::bigint IS NULL OR q.id = %(id)s) AND (%(domain_id)s::bigint IS NULL OR q.domain_id = %(domain_id)s)
ORDER BY d.name, q.name;
