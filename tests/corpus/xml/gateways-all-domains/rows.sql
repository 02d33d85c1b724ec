INSERT INTO cfg.domain_alias (domain_id, name) SELECT id, 'alias.example.net' FROM cfg.domain;
