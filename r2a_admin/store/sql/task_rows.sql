-- What became of these tasks?
SELECT id, node_name, state, state = 'waiting' AND expires_at <= clock_timestamp(), result FROM rt.node_task WHERE id = ANY (%(ids)s::bigint[]) ORDER BY id;
