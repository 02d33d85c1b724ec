INSERT INTO cfg.conference_profile (name, control_group) VALUES ('quiet', 'nobodys');
