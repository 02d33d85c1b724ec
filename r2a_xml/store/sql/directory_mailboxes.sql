-- Which mailboxes does this domain have? A domain without any is one row without a number.
SELECT e.number, e.voicemail_email
FROM cfg.domain_name n
JOIN cfg.domain d ON d.id = n.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
LEFT JOIN cfg.extension e ON e.domain_id = d.id AND e.enabled AND e.voicemail_enabled
WHERE n.name = lower(%(domain)s) AND d.enabled AND t.enabled
ORDER BY e.number
