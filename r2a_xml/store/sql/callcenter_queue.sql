-- What is this queue? No row: there is none, or it is disabled.
SELECT q.id, q.name, d.name, q.strategy, h.name, hd.name, q.time_base, q.max_wait_s, q.max_wait_no_agent_s, q.max_wait_no_agent_reached_s,
       q.tier_rules, q.tier_wait_s, q.tier_wait_multiplies, q.tier_skips_without_agent, q.discard_abandoned_s, q.abandoned_resume,
       q.announce_sound, q.announce_s
FROM cfg.domain d
JOIN cfg.tenant t ON t.id = d.tenant_id
JOIN cfg.queue q ON q.domain_id = d.id AND q.name = %(queue)s
LEFT JOIN cfg.moh_class h ON h.id = q.moh_class_id AND h.enabled AND (h.domain_id IS NULL OR h.domain_id = q.domain_id)
LEFT JOIN cfg.domain hd ON hd.id = h.domain_id
WHERE d.name = %(domain)s AND q.enabled AND d.enabled AND t.enabled
