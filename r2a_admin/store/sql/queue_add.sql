-- A new queue.
INSERT INTO cfg.queue (domain_id, name) VALUES (%(domain_id)s, %(name)s) RETURNING id, name;
