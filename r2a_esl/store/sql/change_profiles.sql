-- Which profiles does this node run?
SELECT k.id, p.id, p.name
FROM cfg.node k
LEFT JOIN cfg.sip_profile p ON p.enabled
      AND (NOT EXISTS (SELECT FROM cfg.sip_profile_node q WHERE q.sip_profile_id = p.id)
           OR EXISTS (SELECT FROM cfg.sip_profile_node q WHERE q.sip_profile_id = p.id AND q.node_id = k.id))
WHERE k.name = %(node)s AND k.enabled
ORDER BY p.name
