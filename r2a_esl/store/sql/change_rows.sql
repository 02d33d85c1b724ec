-- Which changes come next, oldest first?
SELECT revision, table_name, operation, before, after
FROM cfg.change_log
WHERE revision > %(after)s
ORDER BY revision
LIMIT %(limit)s
