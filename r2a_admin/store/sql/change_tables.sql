-- Changes of which tables are logged?
SELECT c.relname::text FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
WHERE g.tgname = 'record_change' AND c.relnamespace = 'cfg'::regnamespace ORDER BY 1;
