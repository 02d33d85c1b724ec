DELETE FROM cfg.device WHERE auth_user = '1001';
