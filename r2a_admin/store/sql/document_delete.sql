-- Remove a document.
DELETE FROM cfg.config_document WHERE id = %(id)s;
