INSERT INTO cfg.conference_profile (name) VALUES ('quiet');
