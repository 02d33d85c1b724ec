-- The demo tenant: pbx.example.com with extensions 1001 to 1020, each with one phone and the password demo<number>,
-- voicemail PIN = the number, and a call group. `r2a demo` runs it, and only on a database that has no other tenant.
INSERT INTO cfg.tenant (name) VALUES ('demo');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'pbx.example.com', 'pbx.example.com' FROM cfg.tenant WHERE name = 'demo';
INSERT INTO cfg.extension (domain_id, number, name, voicemail_enabled)
SELECT d.id, n::text, 'Demo ' || n, true FROM cfg.domain d, generate_series(1001, 1020) AS n WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.device (domain_id, extension_id, auth_user, password_set_at)
SELECT e.domain_id, e.id, e.number, now() FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.device_credential (device_id, realm, a1_md5)
SELECT v.id, d.name, md5(v.auth_user || ':' || d.name || ':demo' || v.auth_user) FROM cfg.device v JOIN cfg.domain d ON d.id = v.domain_id WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.voicemail_credential (extension_id, realm, a1_md5)
SELECT e.id, d.name, md5(e.number || ':' || d.name || ':' || e.number) FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'pbx.example.com';
INSERT INTO cfg.call_group (domain_id, name) SELECT id, 'sales' FROM cfg.domain WHERE name = 'pbx.example.com';
INSERT INTO cfg.call_group_member (domain_id, call_group_id, extension_id, position)
SELECT g.domain_id, g.id, e.id, e.number::integer - 1000 FROM cfg.call_group g JOIN cfg.extension e ON e.domain_id = g.domain_id
WHERE g.name = 'sales' AND e.number IN ('1001', '1002', '1003');
INSERT INTO cfg.directory_entry (domain_id, extension_id, kind, name, value)
SELECT e.domain_id, e.id, 'variable', 'toll_allow', 'domestic' FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'pbx.example.com';
