INSERT INTO cfg.tenant (name) VALUES ('other');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'other.example.org', 'other.example.org' FROM cfg.tenant WHERE name = 'other';
INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'Other 1001' FROM cfg.domain WHERE name = 'other.example.org';
INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id, pin_sealed, moderator_pin_sealed, members_max)
SELECT d.id, '5100', 'Team', p.id, :sealed('1111'), NULL, NULL FROM cfg.domain d JOIN cfg.conference_profile p ON p.name = 'default' WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id, pin_sealed, moderator_pin_sealed, members_max)
SELECT d.id, '5100', 'Team', p.id, :sealed('2222'), NULL, NULL FROM cfg.domain d JOIN cfg.conference_profile p ON p.name = 'default' WHERE d.name = 'other.example.org';
