-- Which migrations does this database have?
SELECT number, name, sha256 FROM public.r2a_migration ORDER BY number;
