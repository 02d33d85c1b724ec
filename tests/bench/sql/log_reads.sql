-- How many rows of the log has anybody been given, by PostgreSQL's own count? (sessions tell it at their end, and at most each second)
SELECT coalesce(t.seq_tup_read, 0) + coalesce(t.idx_tup_fetch, 0) FROM pg_stat_user_tables t WHERE t.schemaname = 'cfg' AND t.relname = 'change_log'
