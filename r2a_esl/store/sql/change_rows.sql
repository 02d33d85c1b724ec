-- Which changes come next, oldest first? None when some of them were pruned since the state was asked: it will say so next time.
SELECT c.revision, c.table_name, c.operation, c.before, c.after, cfg.mark(c)
FROM cfg.change_log c
WHERE c.revision > %(after)s AND (SELECT min(o.revision) FROM cfg.change_log o) <= %(after)s + 1
ORDER BY c.revision
LIMIT %(limit)s
