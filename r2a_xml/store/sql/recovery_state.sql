-- Is the server that answers a replica, and has anybody told it of a tenant yet? Fails where nobody has migrated.
SELECT pg_is_in_recovery(), EXISTS (SELECT FROM cfg.tenant)
