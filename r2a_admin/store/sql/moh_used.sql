-- Which queues play this stream (the first few)?
SELECT q.name || '@' || d.name FROM cfg.queue q JOIN cfg.domain d ON d.id = q.domain_id WHERE q.moh_class_id = %(id)s ORDER BY 1 LIMIT %(limit)s;
