-- Remove an access list.
DELETE FROM cfg.acl WHERE id = %(id)s;
