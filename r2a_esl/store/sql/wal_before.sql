-- Is this position ahead of what this server has written, as one of before a failover may be?
SELECT %(position)s::pg_lsn > pg_current_wal_insert_lsn()
