-- What did the start of this profile bring into effect?
DELETE FROM rt.restart_needed WHERE node_name = %(node)s AND profile = %(profile)s AND noted_at <= %(at)s
RETURNING why
