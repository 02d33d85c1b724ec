-- Which of these tasks had nobody begun, and are gone now?
DELETE FROM rt.node_task WHERE id = ANY (%(ids)s::bigint[]) AND state = 'waiting' RETURNING id;
