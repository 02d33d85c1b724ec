INSERT INTO cfg.device (domain_id, extension_id, auth_user) SELECT domain_id, id, '1001-desk' FROM cfg.extension WHERE number = '1001';
INSERT INTO cfg.device_credential (device_id, realm, a1_md5) SELECT id, 'pbx.example.com', '0123456789abcdef0123456789abcdef' FROM cfg.device WHERE auth_user = '1001-desk';
INSERT INTO cfg.directory_entry (domain_id, device_id, kind, name, value) SELECT domain_id, id, 'variable', 'toll_allow', 'local' FROM cfg.device WHERE auth_user = '1001-desk';
