-- Beside the demo tenant: two nodes, a second tenant whose numbers partly equal the first one's, two carriers, a disabled extension.
INSERT INTO cfg.node (name) VALUES ('tele-node-01'), ('tele-node-02');
INSERT INTO cfg.node_address (node_id, alias, listen) SELECT id, alias, CASE name WHEN 'tele-node-01' THEN inet '127.0.0.1' ELSE inet '127.0.0.2' END
FROM cfg.node, unnest(ARRAY['sip', 'rtp']) AS alias;

INSERT INTO cfg.tenant (name) VALUES ('other');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'other.example.org', 'other.example.org' FROM cfg.tenant WHERE name = 'other';
INSERT INTO cfg.extension (domain_id, number, name) SELECT d.id, n, 'Other ' || n FROM cfg.domain d, unnest(ARRAY['1001', '2001']) AS n WHERE d.name = 'other.example.org';
INSERT INTO cfg.device (domain_id, extension_id, auth_user, password_set_at)
SELECT e.domain_id, e.id, e.number, now() FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'other.example.org';
INSERT INTO cfg.device_credential (device_id, realm, a1_md5)
SELECT v.id, d.name, md5(v.auth_user || ':' || d.name || ':other' || v.auth_user) FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id WHERE d.name = 'other.example.org';

UPDATE cfg.extension SET enabled = false WHERE number = '1020';
UPDATE cfg.extension SET ring_timeout_s = 5 WHERE number = '1004';

INSERT INTO cfg.gateway (name, sip_profile_id, proxy, context)
SELECT g.name, p.id, '127.0.0.1:9', p.context FROM (VALUES ('carrier1', 'external'), ('carrier2', 'internal')) AS g (name, profile) JOIN cfg.sip_profile p ON p.name = g.profile;

-- The waiting-messages NOTIFY after a REGISTER would reach a SIPp that expects a call; 1005 gets it, to see that it comes.
INSERT INTO cfg.directory_entry (domain_id, kind, name, value) SELECT id, 'variable', 'send-message-query-on-register', 'false' FROM cfg.domain;
INSERT INTO cfg.directory_entry (domain_id, extension_id, kind, name, value)
SELECT domain_id, id, 'variable', 'send-message-query-on-register', 'true' FROM cfg.extension WHERE number = '1005';
