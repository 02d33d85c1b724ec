-- Which conference rooms are there (in this domain, or this one)?
SELECT r.number, d.name, r.name, r.enabled, p.name, r.pin_sealed IS NOT NULL, r.moderator_pin_sealed IS NOT NULL, r.members_max, r.advertised
FROM cfg.conference_room r JOIN cfg.domain d ON d.id = r.domain_id JOIN cfg.conference_profile p ON p.id = r.conference_profile_id
WHERE (%(id)s::bigint IS NULL OR r.id = %(id)s) AND (%(domain_id)s::bigint IS NULL OR r.domain_id = %(domain_id)s)
ORDER BY d.name, length(r.number), r.number;
