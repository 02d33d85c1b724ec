-- What are nodes called?
SELECT name FROM cfg.node ORDER BY name;
