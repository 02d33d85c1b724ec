-- How far has this server written?
SELECT pg_current_wal_insert_lsn()::text
