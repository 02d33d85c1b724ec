DELETE FROM cfg.queue;
DELETE FROM cfg.queue_agent;
