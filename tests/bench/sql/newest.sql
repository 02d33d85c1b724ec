-- Where does the log end?
SELECT coalesce(max(c.revision), 0) FROM cfg.change_log c
