-- Remove a SIP profile.
DELETE FROM cfg.sip_profile WHERE id = %(id)s;
