INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id, pin_sealed, moderator_pin_sealed, members_max)
SELECT d.id, '5100', 'Team', p.id, :sealed('4711'), 'gAAAAABrA5nQF54bW3w2_INvARR3GQtgCrJerh9u1SGMf9Tzo_El-n0IE0NeOLsP9VRggdt97PknDm8xpcCcR8kcWNvoh973JQ==', NULL FROM cfg.domain d JOIN cfg.conference_profile p ON p.name = 'default' WHERE d.name = 'pbx.example.com';
