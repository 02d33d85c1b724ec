-- Am I the only one who migrates this database?
SELECT pg_try_advisory_lock(7216002);
