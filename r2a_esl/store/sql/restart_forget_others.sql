-- What was noted for a FreeSWITCH that no longer runs on this node?
DELETE FROM rt.restart_needed WHERE node_name = %(node)s AND core_uuid IS DISTINCT FROM %(core_uuid)s
