-- Remove a call group.
DELETE FROM cfg.call_group WHERE id = %(id)s;
