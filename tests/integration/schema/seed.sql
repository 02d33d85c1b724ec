-- Two tenants that own the same numbers, and at least one row in every table that operators write.
INSERT INTO cfg.tenant (name) VALUES ('one'), ('two');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, name || '.example.com', name || '.example.com' FROM cfg.tenant;
INSERT INTO cfg.domain_alias (domain_id, name) SELECT id, 'sip.' || name FROM cfg.domain;
INSERT INTO cfg.extension (domain_id, number, name, voicemail_enabled, voicemail_email)
SELECT d.id, n.number, 'Desk ' || n.number, true, 'desk@example.com' FROM cfg.domain d, unnest(ARRAY['1001', '1002']) AS n (number);
INSERT INTO cfg.extension_alias (domain_id, extension_id, name) SELECT domain_id, id, 'desk' || number FROM cfg.extension;
INSERT INTO cfg.device (domain_id, extension_id, auth_user, description, password_set_at, trusted_cidr, reverse_auth_user, reverse_auth_sealed)
SELECT domain_id, id, 'phone' || number, 'Phone', now(), '192.0.2.0/24', 'reverse', decode(md5('reverse' || id), 'hex') FROM cfg.extension;
INSERT INTO cfg.device_credential (device_id, realm, a1_md5)
SELECT v.id, d.name, md5('device' || v.id) FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id;
INSERT INTO cfg.voicemail_credential (extension_id, realm, a1_md5)
SELECT e.id, d.name, md5('voicemail' || e.id) FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id;
INSERT INTO cfg.call_group (domain_id, name) SELECT id, 'sales' FROM cfg.domain;
INSERT INTO cfg.call_group_member (domain_id, call_group_id, extension_id)
SELECT g.domain_id, g.id, e.id FROM cfg.call_group g JOIN cfg.extension e ON e.domain_id = g.domain_id AND e.number = '1001';
INSERT INTO cfg.directory_entry (domain_id, extension_id, kind, name, value) SELECT domain_id, id, 'variable', 'toll_allow', 'domestic' FROM cfg.extension;
INSERT INTO cfg.node (name) VALUES ('tele-node-01'), ('tele-node-02');
INSERT INTO cfg.node_address (node_id, alias, listen, advertise) SELECT id, 'sip', '192.0.2.1', 'sip.example.com' FROM cfg.node;
INSERT INTO cfg.sip_profile_node (sip_profile_id, node_id) SELECT p.id, n.id FROM cfg.sip_profile p, cfg.node n WHERE p.name = 'internal';
INSERT INTO cfg.gateway (tenant_id, sip_profile_id, name, proxy, realm, outbound_proxy, username, password_sealed, from_user, from_domain, register)
SELECT t.id, p.id, 'carrier-' || t.name, 'sip.example.net', 'example.net', 'out.example.net', 'account', decode(md5('gateway' || t.id), 'hex'), 'account',
       'example.net', true
FROM cfg.tenant t, cfg.sip_profile p WHERE p.name = 'external';
INSERT INTO cfg.gateway_param (gateway_id, name, value) SELECT id, 'ping-max', '3' FROM cfg.gateway;
INSERT INTO cfg.acl (name) VALUES ('carriers');
INSERT INTO cfg.acl_entry (acl_id, cidr, description) SELECT id, '192.0.2.0/24', 'Carrier' FROM cfg.acl;
INSERT INTO cfg.acl_entry (acl_id, domain) SELECT id, 'one.example.com' FROM cfg.acl;
