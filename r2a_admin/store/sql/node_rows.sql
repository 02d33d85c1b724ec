-- Which nodes are there (or this one), where do they listen, and how are they?
SELECT n.name, n.enabled,
       coalesce((SELECT jsonb_agg(jsonb_build_object('alias', a.alias, 'listen', host(a.listen), 'advertise', a.advertise) ORDER BY a.alias)
                 FROM cfg.node_address a WHERE a.node_id = n.id), '[]'),
       s.heartbeat_at, extract(epoch FROM now() - s.heartbeat_at)::integer, s.freeswitch_up, s.freeswitch_version, s.sessions,
       s.applied_revision, (SELECT coalesce(max(revision), 0) FROM cfg.change_log), s.last_error
FROM cfg.node n LEFT JOIN rt.node_status s ON s.node_name = n.name
WHERE %(id)s::bigint IS NULL OR n.id = %(id)s
ORDER BY n.name;
