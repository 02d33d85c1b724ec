DELETE FROM cfg.queue;
DELETE FROM cfg.queue_agent;
INSERT INTO cfg.queue (domain_id, name) SELECT id, 'helpdesk' FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.queue_agent (domain_id, extension_id) SELECT domain_id, id FROM cfg.extension WHERE number IN ('1001', '1002', '1003');
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id, level, position)
SELECT q.domain_id, q.id, a.id, e.number::integer - 1000, 1 FROM cfg.queue q JOIN cfg.queue_agent a ON a.domain_id = q.domain_id JOIN cfg.extension e ON e.id = a.extension_id AND e.number <> '1003';

INSERT INTO cfg.tenant (name) VALUES ('other');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'other.example.org', 'other.example.org' FROM cfg.tenant WHERE name = 'other';
INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'Other 1001' FROM cfg.domain WHERE name = 'other.example.org';
INSERT INTO cfg.moh_class (domain_id, name, path) SELECT id, 'calm', '/srv/moh/calm' FROM cfg.domain WHERE name = 'other.example.org' UNION ALL SELECT NULL, 'classic', '/srv/moh/classic';
INSERT INTO cfg.queue (domain_id, name, moh_class_id) SELECT d.id, 'helpdesk', m.id FROM cfg.domain d JOIN cfg.moh_class m ON m.domain_id = d.id AND m.name = 'calm';
INSERT INTO cfg.queue_agent (domain_id, extension_id, initial_status) SELECT e.domain_id, e.id, 'On Break' FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'other.example.org';
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id) SELECT q.domain_id, q.id, a.id FROM cfg.queue q JOIN cfg.queue_agent a ON a.domain_id = q.domain_id JOIN cfg.domain d ON d.id = q.domain_id WHERE d.name = 'other.example.org';
INSERT INTO cfg.queue (domain_id, name, strategy, moh_class_id, time_base, max_wait_s, max_wait_no_agent_s, max_wait_no_agent_reached_s, tier_rules, tier_wait_s,
    tier_wait_multiplies, tier_skips_without_agent, discard_abandoned_s, abandoned_resume, announce_sound, announce_s)
SELECT d.id, 'sales', 'round-robin', m.id, 'queue', 600, 60, 7, true, 30, false, true, 90, true, 'ivr/still.wav', 45 FROM cfg.domain d JOIN cfg.moh_class m ON m.name = 'classic' WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.queue_agent (domain_id, extension_id, initial_status, ring_timeout_s, max_no_answer, wrap_up_s, reject_delay_s, busy_delay_s, no_answer_delay_s)
SELECT domain_id, id, 'Available (On Demand)', 33, 0, 1, 2, 3, 4 FROM cfg.extension WHERE number = '1004';
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id, level, position) SELECT q.domain_id, q.id, a.id, CASE e.number WHEN '1004' THEN 1 ELSE 3 END, CASE e.number WHEN '1004' THEN 2 ELSE 1 END
FROM cfg.queue q JOIN cfg.queue_agent a ON a.domain_id = q.domain_id JOIN cfg.extension e ON e.id = a.extension_id AND e.number IN ('1001', '1004') WHERE q.name = 'sales';
