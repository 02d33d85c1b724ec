-- What needs a restart on this node, in the order of the changes?
SELECT profile, why, core_uuid, revision, noted_at FROM rt.restart_needed WHERE node_name = %(node)s ORDER BY revision, noted_at, profile, why
