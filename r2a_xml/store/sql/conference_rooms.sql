-- Which conference rooms are shown to phones that watch them?
SELECT r.number, d.name
FROM cfg.conference_room r
JOIN cfg.domain d ON d.id = r.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE r.advertised AND r.enabled AND d.enabled AND t.enabled
ORDER BY d.name, r.number
