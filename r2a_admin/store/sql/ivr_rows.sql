-- Which menus are there (in this domain, or this one), and where do their options lead?
SELECT m.name, d.name, m.enabled, m.greet_long, m.greet_short, m.invalid_sound, m.exit_sound, m.timeout_ms, m.inter_digit_timeout_ms, m.digits_max,
       m.failures_max, m.timeouts_max,
       coalesce((SELECT jsonb_agg(jsonb_build_object('digits', o.digits, 'action', o.action, 'extension', e.number, 'menu', t.name, 'sound', o.sound)
                                  ORDER BY o.digits COLLATE "C" NULLS LAST)
                 FROM cfg.ivr_option o LEFT JOIN cfg.extension e ON e.id = o.extension_id LEFT JOIN cfg.ivr_menu t ON t.id = o.target_menu_id
                 WHERE o.ivr_menu_id = m.id), '[]')
FROM cfg.ivr_menu m JOIN cfg.domain d ON d.id = m.domain_id
WHERE (%(id)s::bigint IS NULL OR m.id = %(id)s) AND (%(domain_id)s::bigint IS NULL OR m.domain_id = %(domain_id)s)
ORDER BY d.name, m.name;
