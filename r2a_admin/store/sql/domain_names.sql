-- What are domains called, aliases included?
SELECT name FROM cfg.domain_name ORDER BY name;
