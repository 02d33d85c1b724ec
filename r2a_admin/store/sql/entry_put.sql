-- Give a domain, group, extension or device a directory param or variable.
INSERT INTO cfg.directory_entry (domain_id, call_group_id, extension_id, device_id, kind, name, value)
VALUES (%(domain_id)s, %(call_group_id)s, %(extension_id)s, %(device_id)s, %(kind)s, %(name)s, %(value)s)
ON CONFLICT (domain_id, owner, kind, name) DO UPDATE SET value = excluded.value;
