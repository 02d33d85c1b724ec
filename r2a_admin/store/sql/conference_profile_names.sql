-- What are conference profiles called?
SELECT name FROM cfg.conference_profile ORDER BY name;
