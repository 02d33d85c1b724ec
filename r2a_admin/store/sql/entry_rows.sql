-- Which directory params or variables does it have of its own?
SELECT name, value FROM cfg.directory_entry
WHERE domain_id = %(domain_id)s AND call_group_id IS NOT DISTINCT FROM %(call_group_id)s AND extension_id IS NOT DISTINCT FROM %(extension_id)s
  AND device_id IS NOT DISTINCT FROM %(device_id)s AND kind = %(kind)s ORDER BY name;
