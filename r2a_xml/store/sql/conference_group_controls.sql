-- Which keys are in this group, those of moderators included?
SELECT c.control_group, c.digits, c.action, c.for_moderators
FROM cfg.conference_control c
WHERE c.control_group = %(group)s
ORDER BY c.for_moderators, c.digits COLLATE "C"
