INSERT INTO cfg.conference_control (control_group, digits, action, for_moderators) VALUES ('default', '*1', 'lock', true), ('default', '0', 'floor', true);
