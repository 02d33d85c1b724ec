-- What are the phrases of a domain (or everybody's) called?
SELECT DISTINCT p.name FROM cfg.phrase p WHERE p.domain_id IS NOT DISTINCT FROM %(domain_id)s::bigint ORDER BY p.name;
