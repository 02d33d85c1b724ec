-- A new gateway.
INSERT INTO cfg.gateway (sip_profile_id, name, proxy) VALUES (%(sip_profile_id)s, %(name)s, %(proxy)s) RETURNING id, name;
