-- How many extensions does a domain have?
SELECT count(*) FROM cfg.extension WHERE domain_id = %(id)s;
