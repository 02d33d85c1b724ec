-- A new conference profile.
INSERT INTO cfg.conference_profile (name) VALUES (%(name)s) RETURNING id, name;
