-- Remove a tenant that has nothing left.
DELETE FROM cfg.tenant WHERE id = %(id)s;
