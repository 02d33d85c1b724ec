INSERT INTO cfg.directory_entry (domain_id, extension_id, kind, name, value) SELECT domain_id, id, 'variable', 'effective_caller_id_number', '34911000001' FROM cfg.extension WHERE number = '1001';
