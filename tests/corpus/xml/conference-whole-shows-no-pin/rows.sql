DELETE FROM cfg.conference_room;

INSERT INTO cfg.tenant (name) VALUES ('other');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'other.example.org', 'other.example.org' FROM cfg.tenant WHERE name = 'other';
INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'Other 1001' FROM cfg.domain WHERE name = 'other.example.org';
INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id, advertised, enabled, pin_sealed)
SELECT d.id, r.number, 'Team', p.id, r.advertised, r.enabled, :sealed('4711')
FROM (VALUES ('pbx.example.com', '5101', true, true), ('pbx.example.com', '5102', false, true), ('pbx.example.com', '5103', true, false), ('other.example.org', '5101', true, true))
     AS r (domain, number, advertised, enabled) JOIN cfg.domain d ON d.name = r.domain JOIN cfg.conference_profile p ON p.name = 'default';
INSERT INTO cfg.conference_control (control_group, digits, action, for_moderators) VALUES ('default', '*1', 'lock', true), ('default', '0', 'floor', true);
INSERT INTO cfg.conference_profile (name) VALUES ('quiet');
