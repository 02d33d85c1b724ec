-- Who are the members of this group of this domain, in order? A group without members is one row without a number.
SELECT g.name, ARRAY(SELECT s.name::text FROM cfg.domain_name s WHERE s.domain_id = d.id ORDER BY s.name <> d.name, s.name), e.number, e.voicemail_email
FROM cfg.domain_name n
JOIN cfg.domain d ON d.id = n.domain_id
JOIN cfg.tenant t ON t.id = d.tenant_id
JOIN cfg.call_group g ON g.domain_id = d.id AND g.name = %(group)s
LEFT JOIN (cfg.call_group_member m JOIN cfg.extension e ON e.id = m.extension_id AND e.enabled) ON m.call_group_id = g.id
WHERE n.name = lower(%(domain)s) AND d.enabled AND t.enabled
ORDER BY m.position, e.number
