UPDATE cfg.extension SET ring_timeout_s = 12 WHERE number = '1001';
