-- Up to which revision does this node behave like the configuration?
INSERT INTO rt.node_status AS n (node_name, applied_revision) VALUES (%(node)s, %(revision)s)
ON CONFLICT (node_name) DO UPDATE SET applied_revision = excluded.applied_revision
