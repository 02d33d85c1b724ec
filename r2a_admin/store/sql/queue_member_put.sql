-- Give an agent a place in a queue, or another place; NULL leaves it, and is 1 for a new one.
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id, level, position)
VALUES (%(domain_id)s, %(queue_id)s, %(agent_id)s, coalesce(%(level)s::integer, 1), coalesce(%(position)s::integer, 1))
ON CONFLICT (queue_id, queue_agent_id) DO UPDATE SET
    level = coalesce(%(level)s::integer, queue_tier.level), position = coalesce(%(position)s::integer, queue_tier.position);
