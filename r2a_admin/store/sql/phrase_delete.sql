-- Remove a phrase with its steps.
DELETE FROM cfg.phrase WHERE id = %(id)s;
