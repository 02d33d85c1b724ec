-- What is the state of this node, now?
INSERT INTO rt.node_status AS n (node_name, heartbeat_at, worker_started_at, freeswitch_up, core_uuid, freeswitch_version, sessions, last_error,
                                 sofia, sofia_at)
VALUES (%(node_name)s, now(), %(worker_started_at)s, %(freeswitch_up)s, %(core_uuid)s, %(freeswitch_version)s, %(sessions)s, %(last_error)s,
        %(sofia)s::jsonb, %(sofia_at)s)
ON CONFLICT (node_name) DO UPDATE SET
    heartbeat_at = now(),
    worker_started_at = excluded.worker_started_at,
    freeswitch_up = excluded.freeswitch_up,
    -- What ran last stays readable while it is away.
    core_uuid = coalesce(excluded.core_uuid, n.core_uuid),
    freeswitch_version = coalesce(excluded.freeswitch_version, n.freeswitch_version),
    sessions = excluded.sessions,
    last_error = excluded.last_error,
    -- What is kept out of line is written again only when it is another.
    sofia = CASE WHEN n.sofia = excluded.sofia THEN n.sofia ELSE excluded.sofia END,
    sofia_at = excluded.sofia_at
