-- Which tasks of this node did nobody end?
UPDATE rt.node_task SET state = 'failed', finished_at = now(), result = jsonb_build_object('error', %(why)s::text)
WHERE node_name = %(node)s AND state = 'running'
RETURNING id
