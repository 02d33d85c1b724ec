-- Which revisions does the log hold?
SELECT coalesce(min(revision), 0), coalesce(max(revision), 0) FROM cfg.change_log;
