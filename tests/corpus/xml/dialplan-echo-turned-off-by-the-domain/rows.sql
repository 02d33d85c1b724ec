INSERT INTO cfg.feature_code (domain_id, code, feature, enabled) SELECT id, '9196', 'echo', false FROM cfg.domain;
