-- What are tenants called?
SELECT name FROM cfg.tenant ORDER BY name;
