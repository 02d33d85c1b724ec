-- Remove a voice guide that nobody hears.
DELETE FROM cfg.voice_guide WHERE id = %(id)s;
