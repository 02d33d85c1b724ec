-- Which phrases are there (of this domain, or this one), and what do they say?
SELECT p.name, d.name, p.language, p.pause_ms,
       coalesce((SELECT jsonb_agg(jsonb_build_object('pattern', s.pattern, 'matches', s.matches, 'function', s.function, 'data', s.data,
                                                     'say_type', s.say_type, 'say_method', s.say_method) ORDER BY s.position)
                 FROM cfg.phrase_step s WHERE s.phrase_id = p.id), '[]')
FROM cfg.phrase p LEFT JOIN cfg.domain d ON d.id = p.domain_id
WHERE (%(id)s::bigint IS NULL OR p.id = %(id)s) AND (%(domain_id)s::bigint IS NULL OR p.domain_id = %(domain_id)s)
ORDER BY d.name NULLS FIRST, p.name, p.language;
