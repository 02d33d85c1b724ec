-- Which tasks of this node did nobody begin in time?
UPDATE rt.node_task SET state = 'failed', finished_at = now(), result = jsonb_build_object('error', %(why)s::text)
WHERE node_name = %(node)s AND state = 'waiting' AND expires_at <= now()
RETURNING id
