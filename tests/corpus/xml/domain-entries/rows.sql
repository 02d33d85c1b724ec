INSERT INTO cfg.directory_entry (domain_id, kind, name, value) SELECT id, 'param', 'record-stereo', 'true & "so" <on>' FROM cfg.domain;
INSERT INTO cfg.directory_entry (domain_id, kind, name, value) SELECT id, 'variable', 'price', '5 $ a minute' FROM cfg.domain;
