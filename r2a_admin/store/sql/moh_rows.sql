-- Which streams of music are there (of this domain, or this one), and which queues play them?
SELECT m.name, d.name, coalesce(d.name || '/', '') || m.name, m.enabled, m.path, m.rate_hz, m.shuffle, m.interval_ms,
       ARRAY(SELECT q.name || '@' || x.name FROM cfg.queue q JOIN cfg.domain x ON x.id = q.domain_id WHERE q.moh_class_id = m.id ORDER BY 1)
FROM cfg.moh_class m LEFT JOIN cfg.domain d ON d.id = m.domain_id
WHERE (%(id)s::bigint IS NULL OR m.id = %(id)s) AND (%(domain_id)s::bigint IS NULL OR m.domain_id = %(domain_id)s)
ORDER BY d.name NULLS FIRST, m.name;
