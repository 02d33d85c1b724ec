-- Which domain is it, when there are no two?
SELECT id, name FROM cfg.domain ORDER BY id LIMIT 2;
