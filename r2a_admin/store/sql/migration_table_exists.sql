-- Has this database ever been migrated?
SELECT to_regclass('public.r2a_migration') IS NOT NULL;
