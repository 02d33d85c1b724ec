-- Who hears this voice guide (the first few)?
SELECT u.title FROM (
    SELECT 1 AS kind, 'tenant ' || t.name AS title FROM cfg.tenant t JOIN cfg.voice_guide v ON v.language = t.language WHERE v.id = %(id)s
    UNION ALL
    SELECT 2, 'extension ' || e.number || '@' || d.name
    FROM cfg.extension e JOIN cfg.voice_guide v ON v.language = e.language JOIN cfg.domain d ON d.id = e.domain_id WHERE v.id = %(id)s
    UNION ALL
    SELECT 3, 'phrase ' || p.name || coalesce('@' || d.name, '')
    FROM cfg.phrase p JOIN cfg.voice_guide v ON v.language = p.language LEFT JOIN cfg.domain d ON d.id = p.domain_id WHERE v.id = %(id)s
) AS u
ORDER BY u.kind, u.title LIMIT %(limit)s;
