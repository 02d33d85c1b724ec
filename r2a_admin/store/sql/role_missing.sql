-- Which of r2a's roles does this server not have?
SELECT wanted FROM unnest(%(roles)s::text[]) AS wanted WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) ORDER BY wanted;
