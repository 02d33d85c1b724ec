-- Which keys do the members of conferences have (in this group)?
SELECT c.control_group, c.digits, c.action, c.for_moderators, ARRAY(SELECT p.name::text FROM cfg.conference_profile p WHERE p.control_group = c.control_group ORDER BY p.name)
FROM cfg.conference_control c
WHERE %(group)s::text IS NULL OR c.control_group = %(group)s
ORDER BY c.control_group, c.for_moderators, c.digits COLLATE "C";
