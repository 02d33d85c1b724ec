-- Which conference profiles are there (or this one)?
SELECT p.name, p.control_group, (SELECT count(*) FROM cfg.conference_room r WHERE r.conference_profile_id = p.id),
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', y.name, 'value', y.value) ORDER BY y.name)
                 FROM cfg.conference_profile_param y WHERE y.conference_profile_id = p.id), '[]')
FROM cfg.conference_profile p
WHERE %(id)s::bigint IS NULL OR p.id = %(id)s
ORDER BY p.name;
