-- Remove all extensions of a domain.
DELETE FROM cfg.extension WHERE domain_id = %(id)s;
