-- Which keys do conferences have?
SELECT c.control_group, c.digits, c.action, c.for_moderators
FROM cfg.conference_control c
ORDER BY c.control_group, c.for_moderators, c.digits COLLATE "C"
