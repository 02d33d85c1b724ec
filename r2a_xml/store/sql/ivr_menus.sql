-- Which menus can a caller get to from this one, the nearest first, each with its options? No row: there is no such menu, or it is disabled.
-- One row a step away from it, so that each menu is visited once: FreeSWITCH goes no more than 12 menus deep (switch_ivr_menu.c).
WITH RECURSIVE step (depth, found, known) AS (
    SELECT 1, ARRAY[m.id], ARRAY[m.id]
    FROM cfg.domain d
    JOIN cfg.tenant t ON t.id = d.tenant_id
    JOIN cfg.ivr_menu m ON m.domain_id = d.id AND m.name = %(menu)s AND m.enabled
    WHERE d.name = %(domain)s AND d.enabled AND t.enabled
    UNION ALL
    SELECT s.depth + 1, n.found, s.known || n.found
    FROM step s
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT o.target_menu_id) AS found
        FROM cfg.ivr_option o
        JOIN cfg.ivr_menu m ON m.id = o.target_menu_id AND m.enabled
        WHERE o.ivr_menu_id = ANY (s.found) AND o.target_menu_id <> ALL (s.known)) AS n
    WHERE s.depth < 12 AND n.found IS NOT NULL AND cardinality(s.known) < %(menus)s::integer
)
SELECT m.id, m.name, d.name, d.context, m.greet_long, m.greet_short, m.invalid_sound, m.exit_sound,
       m.timeout_ms, m.inter_digit_timeout_ms, m.digits_max, m.failures_max, m.timeouts_max,
       (SELECT json_agg(json_build_array(o.digits, o.action, (SELECT e.number FROM cfg.extension e WHERE e.id = o.extension_id AND e.enabled),
                                         o.target_menu_id, o.sound) ORDER BY o.digits COLLATE "C" NULLS LAST)
        FROM cfg.ivr_option o WHERE o.ivr_menu_id = m.id)
FROM (SELECT s.depth, unnest(s.found) AS id FROM step s ORDER BY 1, 2 LIMIT %(menus)s::integer) AS n
JOIN cfg.ivr_menu m ON m.id = n.id
JOIN cfg.domain d ON d.id = m.domain_id
ORDER BY n.depth, m.id
