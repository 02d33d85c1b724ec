-- Which phrases are called this (in this domain, or everybody's), one a language?
SELECT p.id, p.language FROM cfg.phrase p
WHERE p.domain_id IS NOT DISTINCT FROM %(domain_id)s::bigint AND p.name = %(name)s
ORDER BY p.language;
