-- Let a SIP profile ask for a domain and its gateways (all = for every domain).
INSERT INTO cfg.sip_profile_domain (sip_profile_id, name) VALUES (%(id)s, %(name)s);
