UPDATE cfg.extension SET voicemail_enabled = false WHERE number = '1005';
