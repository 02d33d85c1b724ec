UPDATE cfg.extension SET enabled = false WHERE number = '1001';
