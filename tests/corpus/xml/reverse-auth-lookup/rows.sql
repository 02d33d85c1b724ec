UPDATE cfg.device SET reverse_auth_user = 'door', reverse_auth_sealed = :sealed('s3cret-door') WHERE auth_user = '1001';
