-- How far is this node, does the log still hold the row that was read last (`position`, NULL = the one this node recorded), where does it end?
SELECT (SELECT min(c.revision) FROM cfg.change_log c) AS oldest,
       newest.revision AS newest,
       newest.mark AS newest_mark,
       left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) AS timeline,
       (SELECT cfg.mark(c) FROM cfg.change_log c WHERE c.revision = coalesce(%(position)s::bigint, n.applied_revision)) AS found_mark,
       coalesce(n.applied_revision, 0) AS applied, n.applied_mark, n.applied_timeline, n.applied_core_uuid
FROM (SELECT) AS this
LEFT JOIN (SELECT c.revision, cfg.mark(c) AS mark FROM cfg.change_log c ORDER BY c.revision DESC LIMIT 1) AS newest ON true
LEFT JOIN rt.node_status n ON n.node_name = %(node)s
