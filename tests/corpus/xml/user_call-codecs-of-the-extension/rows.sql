UPDATE cfg.extension SET codecs = 'G722,PCMA@8000h@20i' WHERE number = '1001';
