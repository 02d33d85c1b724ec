-- With which profile does this conference start, and what has its room to say? A name that is no enabled room's has a NULL number.
SELECT p.name, p.control_group,
       EXISTS (SELECT FROM cfg.conference_control c WHERE c.control_group = p.control_group AND NOT c.for_moderators),
       EXISTS (SELECT FROM cfg.conference_control c WHERE c.control_group = p.control_group AND c.for_moderators),
       (SELECT json_object_agg(y.name, y.value ORDER BY y.name) FROM cfg.conference_profile_param y WHERE y.conference_profile_id = p.id),
       r.number, r.pin_sealed, r.moderator_pin_sealed, r.members_max
FROM cfg.conference_profile p
LEFT JOIN (cfg.domain d JOIN cfg.tenant t ON t.id = d.tenant_id JOIN cfg.conference_room r ON r.domain_id = d.id)
       ON d.name = %(domain)s AND d.enabled AND t.enabled AND r.number = %(number)s AND r.enabled
WHERE p.name = %(profile)s
