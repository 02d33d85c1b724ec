-- Which music is played on every node? A class of a disabled domain or tenant is left out, like a disabled one.
SELECT d.name, m.name, m.path, m.rate_hz, m.shuffle, m.interval_ms
FROM cfg.moh_class m
LEFT JOIN cfg.domain d ON d.id = m.domain_id
LEFT JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE m.enabled AND (m.domain_id IS NULL OR (d.enabled AND t.enabled))
ORDER BY d.name NULLS FIRST, m.name
