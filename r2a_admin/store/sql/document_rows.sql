-- Which documents are there?
SELECT d.name, n.name, d.enabled, (SELECT count(*) FROM cfg.config_element e WHERE e.document_id = d.id)
FROM cfg.config_document d LEFT JOIN cfg.node n ON n.id = d.node_id
ORDER BY d.name, n.name NULLS FIRST;
