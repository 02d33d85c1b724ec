-- Which elements make up this document on this node? The node's own document hides the one for all nodes, also when it is disabled.
SELECT y.id, y.parent_id, y.tag, y.attributes
FROM (SELECT c.id, c.enabled FROM cfg.config_document c LEFT JOIN cfg.node k ON k.id = c.node_id
      WHERE c.name = %(document)s AND (c.node_id IS NULL OR k.name = lower(%(node)s)) ORDER BY c.node_id NULLS LAST LIMIT 1) AS c
LEFT JOIN cfg.config_element y ON y.document_id = c.id
WHERE c.enabled
ORDER BY y.parent_id NULLS FIRST, y.position, y.id
