-- Which address ranges of this domain's devices are let in without a digest? A domain without any is one row without a user.
SELECT x.auth_user, x.trusted_cidr::text
FROM cfg.domain_name n
JOIN cfg.domain d ON d.id = n.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
LEFT JOIN (cfg.device x JOIN cfg.extension e ON e.id = x.extension_id AND e.enabled)
       ON x.domain_id = d.id AND x.trusted_cidr IS NOT NULL AND x.enabled
WHERE n.name = lower(%(domain)s) AND d.enabled AND t.enabled
ORDER BY x.auth_user
