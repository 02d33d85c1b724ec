-- What are these rows called today?
SELECT 'tenant', t.id, t.name FROM cfg.tenant t WHERE t.id = ANY (%(tenant)s::bigint[])
UNION ALL
SELECT 'domain', d.id, d.name FROM cfg.domain d WHERE d.id = ANY (%(domain)s::bigint[])
UNION ALL
SELECT 'extension', e.id, e.number || '@' || d.name FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE e.id = ANY (%(extension)s::bigint[])
UNION ALL
SELECT 'device', v.id, v.auth_user || '@' || d.name FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id WHERE v.id = ANY (%(device)s::bigint[])
UNION ALL
SELECT 'call_group', g.id, g.name || '@' || d.name FROM cfg.call_group g JOIN cfg.domain d ON d.id = g.domain_id WHERE g.id = ANY (%(call_group)s::bigint[])
UNION ALL
SELECT 'node', n.id, n.name FROM cfg.node n WHERE n.id = ANY (%(node)s::bigint[])
UNION ALL
SELECT 'sip_profile', p.id, p.name FROM cfg.sip_profile p WHERE p.id = ANY (%(sip_profile)s::bigint[])
UNION ALL
SELECT 'gateway', w.id, w.name FROM cfg.gateway w WHERE w.id = ANY (%(gateway)s::bigint[])
UNION ALL
SELECT 'acl', a.id, a.name FROM cfg.acl a WHERE a.id = ANY (%(acl)s::bigint[])
UNION ALL
SELECT 'config_document', c.id, c.name FROM cfg.config_document c WHERE c.id = ANY (%(config_document)s::bigint[])
UNION ALL
SELECT 'phrase', h.id, h.name FROM cfg.phrase h WHERE h.id = ANY (%(phrase)s::bigint[])
UNION ALL
SELECT 'moh_class', m.id, m.name FROM cfg.moh_class m WHERE m.id = ANY (%(moh_class)s::bigint[])
UNION ALL
SELECT 'ivr_menu', i.id, i.name || '@' || d.name FROM cfg.ivr_menu i JOIN cfg.domain d ON d.id = i.domain_id WHERE i.id = ANY (%(ivr_menu)s::bigint[])
UNION ALL
SELECT 'queue', q.id, q.name || '@' || d.name FROM cfg.queue q JOIN cfg.domain d ON d.id = q.domain_id WHERE q.id = ANY (%(queue)s::bigint[])
UNION ALL
SELECT 'queue_agent', b.id, e.number || '@' || d.name FROM cfg.queue_agent b JOIN cfg.extension e ON e.id = b.extension_id JOIN cfg.domain d ON d.id = b.domain_id WHERE b.id = ANY (%(queue_agent)s::bigint[])
UNION ALL
SELECT 'conference_profile', f.id, f.name FROM cfg.conference_profile f WHERE f.id = ANY (%(conference_profile)s::bigint[]);
