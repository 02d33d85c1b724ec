-- Which conference profiles are there?
SELECT p.name, p.control_group,
       EXISTS (SELECT FROM cfg.conference_control c WHERE c.control_group = p.control_group AND NOT c.for_moderators),
       EXISTS (SELECT FROM cfg.conference_control c WHERE c.control_group = p.control_group AND c.for_moderators),
       (SELECT json_object_agg(y.name, y.value ORDER BY y.name) FROM cfg.conference_profile_param y WHERE y.conference_profile_id = p.id)
FROM cfg.conference_profile p
ORDER BY p.name
