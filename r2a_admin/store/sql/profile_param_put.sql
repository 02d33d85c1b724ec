-- Give a SIP profile a parameter, on every node (NULL) or on one.
INSERT INTO cfg.sip_profile_param (sip_profile_id, node_id, name, value) VALUES (%(id)s, %(node_id)s, %(name)s, %(value)s)
ON CONFLICT (sip_profile_id, node_id, name) DO UPDATE SET value = excluded.value;
