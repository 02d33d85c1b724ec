DELETE FROM cfg.queue;
DELETE FROM cfg.queue_agent;

INSERT INTO cfg.tenant (name) VALUES ('other');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'other.example.org', 'other.example.org' FROM cfg.tenant WHERE name = 'other';
INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'Other 1001' FROM cfg.domain WHERE name = 'other.example.org';
INSERT INTO cfg.moh_class (domain_id, name, path, enabled) SELECT d.id, m.name, '/srv/moh/' || m.name, m.name <> 'silent'
FROM (VALUES ('pbx.example.com', 'silent'), ('pbx.example.com', 'ours')) AS m (domain, name) JOIN cfg.domain d ON d.name = m.domain;
INSERT INTO cfg.queue (domain_id, name, moh_class_id)
SELECT d.id, q.name, m.id FROM (VALUES ('helpdesk', 'silent'), ('third', 'ours')) AS q (name, moh) JOIN cfg.moh_class m ON m.name = q.moh JOIN cfg.domain d ON d.name = 'pbx.example.com';
