-- A new conference room.
INSERT INTO cfg.conference_room (domain_id, number, name, conference_profile_id)
VALUES (%(domain_id)s, %(number)s, %(name)s, %(conference_profile_id)s) RETURNING id, number;
