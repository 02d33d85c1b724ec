-- Which documents of these names are this node's or every node's, and what in them can a command tell FreeSWITCH? The node's own hides the other.
SELECT c.id, c.name, c.node_id, c.enabled, y.tag, y.attributes
FROM cfg.config_document c
LEFT JOIN cfg.config_element y ON y.document_id = c.id
      AND (c.name, y.tag) IN (('post_load_modules.conf', 'load'), ('post_load_switch.conf', 'param'), ('voicemail.conf', 'profile'))
WHERE (c.name = ANY (%(document_names)s::text[]) OR c.name IN (SELECT o.name FROM cfg.config_document o WHERE o.id = ANY (%(documents)s::bigint[])))
  AND (c.node_id IS NULL OR c.node_id = %(node_id)s::bigint)
ORDER BY c.node_id NULLS LAST, c.id, y.parent_id NULLS FIRST, y.position, y.id
