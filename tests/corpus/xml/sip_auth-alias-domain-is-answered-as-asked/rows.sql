INSERT INTO cfg.domain_alias (domain_id, name) SELECT id, 'alias.example.net' FROM cfg.domain;
INSERT INTO cfg.device_credential (device_id, realm, a1_md5) SELECT id, 'alias.example.net', md5('1001:alias.example.net:demo1001') FROM cfg.device WHERE auth_user = '1001';
