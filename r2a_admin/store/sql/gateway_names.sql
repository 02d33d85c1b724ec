-- What are gateways called?
SELECT name FROM cfg.gateway ORDER BY name;
