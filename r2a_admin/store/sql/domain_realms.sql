-- Which realms can a device of this domain meet?
SELECT name FROM cfg.domain_name WHERE domain_id = %(id)s ORDER BY name;
