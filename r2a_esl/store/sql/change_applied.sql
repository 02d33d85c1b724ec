-- Up to which row of the log does which FreeSWITCH of this node behave like the configuration?
INSERT INTO rt.node_status AS n (node_name, applied_revision, applied_mark, applied_timeline, applied_core_uuid)
VALUES (%(node)s, %(revision)s, %(mark)s, %(timeline)s, %(core_uuid)s)
ON CONFLICT (node_name) DO UPDATE SET
    applied_revision = excluded.applied_revision,
    applied_mark = excluded.applied_mark,
    applied_timeline = excluded.applied_timeline,
    applied_core_uuid = excluded.applied_core_uuid
