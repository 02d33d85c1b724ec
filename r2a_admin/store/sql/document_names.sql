-- What are documents called?
SELECT DISTINCT name FROM cfg.config_document ORDER BY name;
