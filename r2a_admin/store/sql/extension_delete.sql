-- Remove an extension with its devices.
DELETE FROM cfg.extension WHERE id = %(id)s;
