UPDATE cfg.device SET enabled = false WHERE auth_user = '1001';
