INSERT INTO cfg.gateway (sip_profile_id, name, proxy, realm, username, password_sealed, register, expire_s, ping_s, caller_id_in_from, context)
SELECT id, 'carrier1', 'sip.carrier.example', 'carrier.example', 'acct1', :sealed('s3cret-trunk'), true, 600, 25, true, 'public.carrier1' FROM cfg.sip_profile WHERE name = 'internal';
INSERT INTO cfg.gateway_param (gateway_id, name, value) SELECT id, 'extension-in-contact', 'true' FROM cfg.gateway;
INSERT INTO rt.node_lease (node_name, core_uuid, live_since, lease_until, armed_until)
VALUES ('tele-node-01', 'b283ce70-7db5-4894-97eb-d12d0b0fbe54', now(), now() - interval '1 s', now() + interval '1 h');
INSERT INTO rt.gateway_owner (gateway_id, name, profile, node_name, acquired_at, armed) SELECT id, name, 'internal', 'tele-node-01', now(), true FROM cfg.gateway;
