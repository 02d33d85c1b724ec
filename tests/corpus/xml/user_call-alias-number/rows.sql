INSERT INTO cfg.extension_alias (domain_id, extension_id, name) SELECT domain_id, id, '34911000001' FROM cfg.extension WHERE number = '1001';
