-- Take a parameter of a SIP profile away, on every node (NULL) or on one.
DELETE FROM cfg.sip_profile_param WHERE sip_profile_id = %(id)s AND node_id IS NOT DISTINCT FROM %(node_id)s AND name = %(name)s;
