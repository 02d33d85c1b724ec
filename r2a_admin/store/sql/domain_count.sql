-- How many domains are there?
SELECT count(*) FROM cfg.domain;
