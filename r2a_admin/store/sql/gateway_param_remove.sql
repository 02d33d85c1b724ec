-- Take a parameter of a gateway away.
DELETE FROM cfg.gateway_param WHERE gateway_id = %(id)s AND name = %(name)s;
