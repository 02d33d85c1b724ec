-- Let an extension be no agent any more, in no queue.
DELETE FROM cfg.queue_agent WHERE id = %(id)s;
