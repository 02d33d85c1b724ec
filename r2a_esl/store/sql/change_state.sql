-- How far is this node, and what does the log hold?
SELECT (SELECT min(revision) FROM cfg.change_log) AS oldest,
       (SELECT max(revision) FROM cfg.change_log) AS newest,
       coalesce((SELECT n.applied_revision FROM rt.node_status n WHERE n.node_name = %(node)s), 0) AS applied
