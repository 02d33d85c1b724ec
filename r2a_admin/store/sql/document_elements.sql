-- What does a document hold, parents before children?
WITH RECURSIVE tree AS (
    SELECT id, parent_id, tag, attributes, ARRAY[position] AS path, ARRAY[id] AS ids FROM cfg.config_element WHERE document_id = %(id)s AND parent_id IS NULL
    UNION ALL
    SELECT e.id, e.parent_id, e.tag, e.attributes, t.path || e.position, t.ids || e.id
    FROM cfg.config_element e JOIN tree t ON e.parent_id = t.id WHERE e.document_id = %(id)s
)
SELECT id, parent_id, tag, attributes FROM tree ORDER BY path, ids;
