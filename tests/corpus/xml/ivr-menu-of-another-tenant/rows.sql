INSERT INTO cfg.tenant (name) VALUES ('other');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'other.example.org', 'other.example.org' FROM cfg.tenant WHERE name = 'other';
INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'Other 1001' FROM cfg.domain WHERE name = 'other.example.org';
INSERT INTO cfg.ivr_menu (domain_id, name, greet_long) SELECT id, 'theirs', 'ivr/theirs.wav' FROM cfg.domain WHERE name = 'other.example.org';
