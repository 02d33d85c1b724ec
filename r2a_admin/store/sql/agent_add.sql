-- Let an extension be an agent.
INSERT INTO cfg.queue_agent (domain_id, extension_id) VALUES (%(domain_id)s, %(extension_id)s) RETURNING id;
