-- Which trunk does the profile carry: one that registers, so that its sealed password is opened for each answer?
INSERT INTO cfg.gateway (sip_profile_id, name, proxy, username, password_sealed, register)
SELECT id, 'carrier', 'sip.carrier.example', 'bench', %(sealed)s, true FROM cfg.sip_profile WHERE name = 'internal'
