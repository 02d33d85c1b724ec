-- Which SIP profile is called this?
SELECT id, name FROM cfg.sip_profile WHERE name = %(name)s;
