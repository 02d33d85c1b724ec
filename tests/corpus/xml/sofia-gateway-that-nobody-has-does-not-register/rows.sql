INSERT INTO cfg.gateway (sip_profile_id, name, proxy, realm, username, password_sealed, register, expire_s, ping_s, caller_id_in_from, context)
SELECT id, 'carrier1', 'sip.carrier.example', 'carrier.example', 'acct1', :sealed('s3cret-trunk'), true, 600, 25, true, 'public.carrier1' FROM cfg.sip_profile WHERE name = 'internal';
INSERT INTO cfg.gateway_param (gateway_id, name, value) SELECT id, 'extension-in-contact', 'true' FROM cfg.gateway;
