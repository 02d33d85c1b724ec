-- Let this node run a SIP profile, and no node that is not named.
INSERT INTO cfg.sip_profile_node (sip_profile_id, node_id) VALUES (%(id)s, %(node_id)s);
