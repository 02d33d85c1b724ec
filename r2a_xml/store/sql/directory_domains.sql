-- Which domains, under all their spellings, does the cluster serve?
SELECT n.name
FROM cfg.domain_name n
JOIN cfg.domain d ON d.id = n.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE d.enabled AND t.enabled
ORDER BY n.name
