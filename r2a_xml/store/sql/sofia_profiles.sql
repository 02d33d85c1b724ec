-- Which profiles does this node run, with its own addresses and overrides? A node that runs none is one row without a profile.
SELECT k.name, p.name, p.context, p.port, p.authenticate_calls, p.sip_alias, p.rtp_alias,
       host(s.listen), s.advertise, host(r.listen), r.advertise,
       (SELECT json_object_agg(o.name, o.value) FROM (
            SELECT DISTINCT ON (y.name) y.name, y.value FROM cfg.sip_profile_param y
            WHERE y.sip_profile_id = p.id AND (y.node_id = k.id OR y.node_id IS NULL) ORDER BY y.name, y.node_id NULLS LAST) AS o),
       (SELECT json_agg(json_build_array(m.name, m.alias, m.parse) ORDER BY m.name) FROM cfg.sip_profile_domain m WHERE m.sip_profile_id = p.id)
FROM cfg.node k
LEFT JOIN cfg.sip_profile p ON p.enabled AND (%(profile)s::text = '' OR p.name = %(profile)s)
      AND (NOT EXISTS (SELECT FROM cfg.sip_profile_node q WHERE q.sip_profile_id = p.id)
           OR EXISTS (SELECT FROM cfg.sip_profile_node q WHERE q.sip_profile_id = p.id AND q.node_id = k.id))
LEFT JOIN cfg.node_address s ON s.node_id = k.id AND s.alias = p.sip_alias
LEFT JOIN cfg.node_address r ON r.node_id = k.id AND r.alias = p.rtp_alias
WHERE k.name = lower(%(node)s) AND k.enabled
ORDER BY p.name
