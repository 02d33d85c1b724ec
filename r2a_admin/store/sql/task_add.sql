-- Ask something of a node; nobody begins it after so many seconds.
INSERT INTO rt.node_task (node_name, kind, argument, asked_by, expires_at)
VALUES (%(node)s, %(kind)s, %(argument)s::jsonb, %(asked_by)s, now() + make_interval(secs => %(expires_s)s)) RETURNING id;
