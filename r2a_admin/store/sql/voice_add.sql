-- A new voice guide.
INSERT INTO cfg.voice_guide (language, say_module, sound_prefix) VALUES (%(language)s, %(say_module)s, %(sound_prefix)s) RETURNING id, language;
