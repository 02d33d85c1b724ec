-- From which addresses do the nodes of the cluster speak?
SELECT DISTINCT host(y.listen) || '/' || masklen(y.listen)
FROM cfg.node k
JOIN cfg.node_address y ON y.node_id = k.id
WHERE k.enabled
ORDER BY 1
