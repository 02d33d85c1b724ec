-- Remove a stream of music that no queue plays.
DELETE FROM cfg.moh_class WHERE id = %(id)s;
