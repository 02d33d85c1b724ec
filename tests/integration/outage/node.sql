-- The node that the captured requests come from, with the addresses its profiles need.
INSERT INTO cfg.node (name) VALUES ('tele-node-01');
INSERT INTO cfg.node_address (node_id, alias, listen) SELECT id, a.alias, '127.0.0.1' FROM cfg.node, unnest(ARRAY['sip', 'rtp']) AS a (alias) WHERE name = 'tele-node-01';
