-- Remove a queue.
DELETE FROM cfg.queue WHERE id = %(id)s;
