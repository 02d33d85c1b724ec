-- Let every node run a SIP profile.
DELETE FROM cfg.sip_profile_node WHERE sip_profile_id = %(id)s;
