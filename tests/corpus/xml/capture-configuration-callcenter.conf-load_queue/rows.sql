DELETE FROM cfg.queue;
DELETE FROM cfg.queue_agent;
INSERT INTO cfg.queue (domain_id, name) SELECT id, 'helpdesk' FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.queue_agent (domain_id, extension_id) SELECT domain_id, id FROM cfg.extension WHERE number IN ('1001', '1002', '1003');
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id, level, position)
SELECT q.domain_id, q.id, a.id, e.number::integer - 1000, 1 FROM cfg.queue q JOIN cfg.queue_agent a ON a.domain_id = q.domain_id JOIN cfg.extension e ON e.id = a.extension_id AND e.number <> '1003';
UPDATE cfg.queue SET name = 'support';
