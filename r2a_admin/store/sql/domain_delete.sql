-- Remove a domain that has no extensions.
DELETE FROM cfg.domain WHERE id = %(id)s;
