UPDATE cfg.extension SET language = 'es' WHERE number = '1001';
