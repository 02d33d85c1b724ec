-- Which extensions come after this one (or: what is this one), in the order of domain and number?
SELECT e.number, d.name, e.name, e.enabled, e.ring_timeout_s, e.voicemail_enabled, e.voicemail_email,
       EXISTS (SELECT FROM cfg.voicemail_credential c WHERE c.extension_id = e.id),
       e.language, e.codecs,
       ARRAY(SELECT a.name::text FROM cfg.extension_alias a WHERE a.extension_id = e.id ORDER BY a.name),
       ARRAY(SELECT v.auth_user::text FROM cfg.device v WHERE v.extension_id = e.id ORDER BY v.auth_user),
       ARRAY(SELECT g.name::text FROM cfg.call_group_member m JOIN cfg.call_group g ON g.id = m.call_group_id WHERE m.extension_id = e.id ORDER BY g.name),
       e.created_at, e.updated_at
FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id
WHERE (%(id)s::bigint IS NULL OR e.id = %(id)s)
  AND (%(domain_id)s::bigint IS NULL OR e.domain_id = %(domain_id)s)
  AND (%(after_number)s::text IS NULL OR (d.name::text, length(e.number), e.number::text) > (%(after_domain)s::text, length(%(after_number)s::text), %(after_number)s::text))
ORDER BY d.name::text, length(e.number), e.number::text
LIMIT %(limit)s;
