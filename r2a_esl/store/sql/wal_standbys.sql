-- How many standbys stream from this server, and how many of them are behind this position, as far as they have said?
SELECT streaming, behind FROM cfg.standbys(%(position)s::pg_lsn)
