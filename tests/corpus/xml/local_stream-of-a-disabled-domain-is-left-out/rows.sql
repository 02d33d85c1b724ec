INSERT INTO cfg.tenant (name) VALUES ('other');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'other.example.org', 'other.example.org' FROM cfg.tenant WHERE name = 'other';
INSERT INTO cfg.moh_class (name, path) VALUES ('default', '/var/lib/freeswitch/moh/default');
INSERT INTO cfg.moh_class (domain_id, name, path, rate_hz, shuffle, interval_ms) SELECT id, 'default', '/var/lib/freeswitch/moh/other', 16000, false, 40 FROM cfg.domain WHERE name = 'other.example.org';
INSERT INTO cfg.moh_class (domain_id, name, path) SELECT id, 'jazz', '/var/lib/freeswitch/moh/jazz' FROM cfg.domain WHERE name = 'pbx.example.com';
UPDATE cfg.domain SET enabled = false WHERE name = 'pbx.example.com';
