-- Take an agent out of a queue.
DELETE FROM cfg.queue_tier WHERE queue_id = %(queue_id)s AND queue_agent_id = %(agent_id)s;
