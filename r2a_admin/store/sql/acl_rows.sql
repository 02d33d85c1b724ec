-- Which access lists are there (or this one), and what do they say?
SELECT a.name, a.allow_by_default,
       coalesce((SELECT jsonb_agg(jsonb_build_object('position', e.position, 'allow', e.allow, 'cidr', e.cidr, 'domain', e.domain, 'description', e.description) ORDER BY e.position, e.id)
                 FROM cfg.acl_entry e WHERE e.acl_id = a.id), '[]')
FROM cfg.acl a
WHERE %(id)s::bigint IS NULL OR a.id = %(id)s
ORDER BY a.name;
