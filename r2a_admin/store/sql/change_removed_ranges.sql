-- Which address ranges were lately taken out of access lists, devices and nodes?
SELECT r.range
FROM (SELECT coalesce(l.before ->> 'cidr', l.before ->> 'trusted_cidr', (l.before ->> 'listen') || '/32') AS range, max(l.revision) AS revision
      FROM cfg.change_log l
      WHERE l.at > now() - interval '30 days' AND l.table_name IN ('acl_entry', 'device', 'node_address') AND l.before IS NOT NULL
      GROUP BY 1) AS r
WHERE r.range IS NOT NULL
ORDER BY r.revision DESC
LIMIT 50;
