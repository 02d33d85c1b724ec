-- Which rooms use this conference profile (the first few)?
SELECT r.number || '@' || d.name FROM cfg.conference_room r JOIN cfg.domain d ON d.id = r.domain_id
WHERE r.conference_profile_id = %(id)s ORDER BY 1 LIMIT %(limit)s;
