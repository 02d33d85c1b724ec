-- Is the demo tenant there, and which other tenants are?
SELECT EXISTS (SELECT FROM cfg.tenant WHERE name = 'demo'), ARRAY(SELECT name::text FROM cfg.tenant WHERE name <> 'demo' ORDER BY name LIMIT 3);
