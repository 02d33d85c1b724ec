-- Let keys of a group do something, in place of what they did.
INSERT INTO cfg.conference_control (control_group, digits, action, for_moderators) VALUES (%(group)s, %(digits)s, %(action)s, %(for_moderators)s)
ON CONFLICT (control_group, for_moderators, digits) DO UPDATE SET action = excluded.action;
