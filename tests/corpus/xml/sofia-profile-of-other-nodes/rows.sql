INSERT INTO cfg.node (name) VALUES ('tele-node-02');
INSERT INTO cfg.sip_profile_node (sip_profile_id, node_id) SELECT p.id, k.id FROM cfg.sip_profile p, cfg.node k WHERE p.name = 'internal' AND k.name = 'tele-node-02';
