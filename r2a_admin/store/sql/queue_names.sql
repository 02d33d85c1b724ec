-- What are the queues of a domain called?
SELECT name FROM cfg.queue WHERE domain_id = %(domain_id)s ORDER BY name;
