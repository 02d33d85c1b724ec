-- Which options of other menus lead to this one (the first few)?
SELECT m.name || '@' || d.name || ' (' || o.digits || ')'
FROM cfg.ivr_option o JOIN cfg.ivr_menu m ON m.id = o.ivr_menu_id JOIN cfg.domain d ON d.id = m.domain_id
WHERE o.target_menu_id = %(id)s AND o.ivr_menu_id <> %(id)s
ORDER BY m.name, o.digits LIMIT %(limit)s;
