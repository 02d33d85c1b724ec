-- A new SIP profile.
INSERT INTO cfg.sip_profile (name, port) VALUES (%(name)s, %(port)s) RETURNING id, name;
