-- Which tenants are there (or this one)?
SELECT t.name, t.enabled, t.user_cache_ms, t.language, t.timezone,
       (SELECT count(*) FROM cfg.domain d WHERE d.tenant_id = t.id),
       (SELECT count(*) FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.tenant_id = t.id),
       (SELECT count(*) FROM cfg.gateway g WHERE g.tenant_id = t.id),
       t.created_at, t.updated_at
FROM cfg.tenant t
WHERE %(id)s::bigint IS NULL OR t.id = %(id)s
ORDER BY t.name;
