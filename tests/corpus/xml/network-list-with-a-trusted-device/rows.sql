UPDATE cfg.device SET trusted_cidr = '192.0.2.0/24' WHERE auth_user IN ('1001');
UPDATE cfg.device SET trusted_cidr = '198.51.100.0/24', enabled = false WHERE auth_user = '1002';
