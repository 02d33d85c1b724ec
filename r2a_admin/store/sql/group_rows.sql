-- Which call groups are there (in this domain, or this one), and who is in them?
SELECT g.name, d.name,
       coalesce((SELECT jsonb_agg(jsonb_build_object('number', e.number, 'name', e.name, 'position', m.position) ORDER BY m.position, e.number)
                 FROM cfg.call_group_member m JOIN cfg.extension e ON e.id = m.extension_id WHERE m.call_group_id = g.id), '[]')
FROM cfg.call_group g JOIN cfg.domain d ON d.id = g.domain_id
WHERE (%(id)s::bigint IS NULL OR g.id = %(id)s) AND (%(domain_id)s::bigint IS NULL OR g.domain_id = %(domain_id)s)
ORDER BY d.name, g.name;
