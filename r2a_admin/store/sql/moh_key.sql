-- Which stream of a domain (or of everybody) is called this?
SELECT m.id, coalesce(d.name || '/', '') || m.name
FROM cfg.moh_class m LEFT JOIN cfg.domain d ON d.id = m.domain_id
WHERE m.domain_id IS NOT DISTINCT FROM %(domain_id)s::bigint AND m.name = %(name)s;
