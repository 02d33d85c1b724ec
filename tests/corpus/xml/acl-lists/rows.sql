INSERT INTO cfg.node (name) VALUES ('tele-node-02');
INSERT INTO cfg.node_address (node_id, alias, listen) SELECT id, 'sip', '127.0.0.2' FROM cfg.node WHERE name = 'tele-node-02';
INSERT INTO cfg.acl (name, allow_by_default) VALUES ('trunks', false), ('empty', true);
INSERT INTO cfg.acl_entry (acl_id, position, allow, cidr) SELECT id, 1, true, '192.0.2.0/24' FROM cfg.acl WHERE name = 'trunks';
INSERT INTO cfg.acl_entry (acl_id, position, allow, cidr) SELECT id, 2, false, '192.0.2.66/32' FROM cfg.acl WHERE name = 'trunks';
INSERT INTO cfg.acl_entry (acl_id, position, allow, domain) SELECT id, 3, true, 'pbx.example.com' FROM cfg.acl WHERE name = 'trunks';
