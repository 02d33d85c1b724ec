-- Which steps does this phrase have in this language, in order? domain empty = the phrase of everybody. No row: no such phrase, or its domain is off.
SELECT v.language, v.say_module, v.sound_prefix, p.name, p.domain, p.pause_ms, s.pattern, s.matches, s.function, s.data, s.say_type, s.say_method
FROM (SELECT y.id, y.language, y.name, NULL::text AS domain, y.pause_ms FROM cfg.phrase y
      WHERE %(domain)s::text = '' AND y.domain_id IS NULL AND y.language = %(language)s AND y.name = %(name)s
      UNION ALL
      SELECT y.id, y.language, y.name, d.name, y.pause_ms
      FROM cfg.domain d
      JOIN cfg.tenant t ON t.id = d.tenant_id
      JOIN cfg.phrase y ON y.domain_id = d.id AND y.language = %(language)s AND y.name = %(name)s
      WHERE d.name = lower(%(domain)s) AND d.enabled AND t.enabled) AS p
JOIN cfg.voice_guide v ON v.language = p.language
JOIN cfg.phrase_step s ON s.phrase_id = p.id
ORDER BY s.position
