UPDATE cfg.extension SET voicemail_email = 'bob@example.com' WHERE number = '1002';
