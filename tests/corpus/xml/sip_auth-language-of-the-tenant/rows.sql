INSERT INTO cfg.voice_guide (language, say_module, sound_prefix) VALUES ('de', 'de', '/srv/sounds/de');
UPDATE cfg.tenant SET language = 'de';
UPDATE cfg.extension SET language = 'es' WHERE number = '1002';
