-- Which server is this, is it a standby, and can be read here what is waited for: the log up to this row, with everything committed before it,
-- or (revision NULL) everything written up to this place?
SELECT concat_ws(' ', host(inet_server_addr()) || ':' || inet_server_port(), extract(epoch FROM pg_postmaster_start_time()), s.system_identifier),
       pg_is_in_recovery(),
       CASE WHEN %(revision)s::bigint IS NULL THEN NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %(place)s::pg_lsn
            ELSE EXISTS (SELECT FROM cfg.change_log c WHERE c.revision = %(revision)s AND (%(mark)s::text IS NULL OR cfg.mark(c) = %(mark)s))
                 -- Pruned since.
                 OR coalesce((SELECT min(c.revision) FROM cfg.change_log c) > %(revision)s, false) END
FROM pg_control_system() AS s
