-- Of each registration: are AOR host and realm names of one domain, and AOR user and login names of one extension there?
SELECT coalesce(aor_host.domain_id = login_realm.domain_id, false) AS same_domain,
       coalesce(aor_user.extension_id = login.extension_id, false) AS same_extension
FROM unnest(%(users)s::text[], %(hosts)s::text[], %(usernames)s::text[], %(realms)s::text[]) WITH ORDINALITY
         AS r (aor_user, aor_host, username, realm, position)
LEFT JOIN cfg.domain_name AS aor_host ON aor_host.name = lower(r.aor_host)
LEFT JOIN cfg.domain_name AS login_realm ON login_realm.name = lower(r.realm)
LEFT JOIN cfg.user_name AS aor_user ON aor_user.domain_id = aor_host.domain_id AND aor_user.name = r.aor_user
LEFT JOIN cfg.user_name AS login ON login.domain_id = login_realm.domain_id AND login.name = r.username
ORDER BY r.position
