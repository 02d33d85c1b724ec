-- What came of this task?
UPDATE rt.node_task SET state = %(state)s, finished_at = now(), result = %(result)s::jsonb
WHERE id = %(id)s AND state = 'running'
