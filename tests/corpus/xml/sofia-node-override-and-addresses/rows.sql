UPDATE cfg.node_address SET listen = '10.9.8.7', advertise = 'sip.example.com' WHERE alias = 'sip';
INSERT INTO cfg.sip_profile_param (sip_profile_id, node_id, name, value) SELECT p.id, k.id, 'nonce-ttl', '120' FROM cfg.sip_profile p, cfg.node k WHERE p.name = 'internal';
