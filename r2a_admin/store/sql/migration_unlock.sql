-- Let the next one migrate.
SELECT pg_advisory_unlock(7216002);
