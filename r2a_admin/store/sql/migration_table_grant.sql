-- Every process of r2a may see which migrations there are.
GRANT SELECT ON public.r2a_migration TO r2a_service, r2a_worker, r2a_operator;
