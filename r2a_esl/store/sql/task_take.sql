-- Which task is next, and from now on running?
UPDATE rt.node_task t SET state = 'running', started_at = now()
WHERE t.id = (SELECT w.id FROM rt.node_task w
              WHERE w.node_name = %(node)s AND w.state = 'waiting' AND w.expires_at > now()
              ORDER BY w.id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING t.id, t.kind, t.argument, t.asked_by
