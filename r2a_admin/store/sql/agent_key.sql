-- Which agent is this extension?
SELECT id FROM cfg.queue_agent WHERE extension_id = %(extension_id)s;
