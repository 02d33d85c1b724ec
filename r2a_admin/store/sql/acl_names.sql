-- What are access lists called?
SELECT name FROM cfg.acl ORDER BY name;
