-- Wait until nobody else migrates this database.
SELECT pg_advisory_lock(7216002);
