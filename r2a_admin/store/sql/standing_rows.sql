-- How is each node, and how far is it with the changes? A node is known to cfg.node, or has reported, or both.
SELECT coalesce(n.name, s.node_name), n.enabled, s.heartbeat_at, extract(epoch FROM clock_timestamp() - s.heartbeat_at)::float8, s.freeswitch_up,
       s.applied_revision, newest.revision, pending.changes,
       coalesce(extract(epoch FROM clock_timestamp() - oldest.at)::float8, 0), s.last_error
FROM cfg.node n
FULL JOIN rt.node_status s ON s.node_name = n.name
CROSS JOIN (SELECT coalesce(max(revision), 0) FROM cfg.change_log) AS newest (revision)
-- Rolled back transactions leave gaps, so that changes are counted; but nobody waits for a count of a million.
CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT FROM cfg.change_log l WHERE l.revision > coalesce(s.applied_revision, 0) LIMIT 10000) AS x) AS pending (changes)
LEFT JOIN LATERAL (SELECT l.at FROM cfg.change_log l WHERE l.revision > coalesce(s.applied_revision, 0) ORDER BY l.revision LIMIT 1) AS oldest ON true
ORDER BY 1;
