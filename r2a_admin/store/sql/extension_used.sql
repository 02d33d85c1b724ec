-- Which options of menus lead to this extension (the first few)?
SELECT m.name || '@' || d.name || ' (' || o.digits || ')'
FROM cfg.ivr_option o JOIN cfg.ivr_menu m ON m.id = o.ivr_menu_id JOIN cfg.domain d ON d.id = m.domain_id
WHERE o.extension_id = %(id)s
ORDER BY m.name, o.digits LIMIT %(limit)s;
