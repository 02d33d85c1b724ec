-- Does this domain exist, and what does it say about itself?
SELECT d.name,
       (SELECT json_agg(json_build_array(1, y.kind, y.name, y.value)) FROM cfg.directory_entry y
        WHERE y.domain_id = d.id AND y.owner = '1:')
FROM cfg.domain_name n
JOIN cfg.domain d ON d.id = n.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE n.name = lower(%(domain)s) AND d.enabled AND t.enabled
