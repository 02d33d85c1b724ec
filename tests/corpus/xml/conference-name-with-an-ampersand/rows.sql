INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id, pin_sealed, moderator_pin_sealed, members_max)
SELECT d.id, '5100', 'Team', p.id, NULL, NULL, NULL FROM cfg.domain d JOIN cfg.conference_profile p ON p.name = 'default' WHERE d.name = 'pbx.example.com';
