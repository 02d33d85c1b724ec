-- Is the server that answers a replica?
SELECT pg_is_in_recovery()
