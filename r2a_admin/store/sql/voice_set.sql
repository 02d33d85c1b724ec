-- Change a voice guide; NULL leaves a column as it is.
UPDATE cfg.voice_guide SET
    say_module = coalesce(%(say_module)s, say_module),
    sound_prefix = coalesce(%(sound_prefix)s, sound_prefix)
WHERE id = %(id)s;
