-- Remove a gateway.
DELETE FROM cfg.gateway WHERE id = %(id)s;
