-- Which domains are there (or this one)?
SELECT d.name, t.name, d.context, d.enabled,
       ARRAY(SELECT a.name::text FROM cfg.domain_alias a WHERE a.domain_id = d.id ORDER BY a.name),
       (SELECT count(*) FROM cfg.extension e WHERE e.domain_id = d.id),
       (SELECT count(*) FROM cfg.device v WHERE v.domain_id = d.id),
       d.created_at, d.updated_at
FROM cfg.domain d JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE (%(id)s::bigint IS NULL OR d.id = %(id)s) AND (%(tenant_id)s::bigint IS NULL OR d.tenant_id = %(tenant_id)s)
ORDER BY d.name;
