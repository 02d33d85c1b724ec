-- Which changes come before this one, newest first?
SELECT l.revision, l.at, l.actor, l.table_name, l.operation, l.before, l.after, l.transaction_id
FROM cfg.change_log l
WHERE l.revision < %(below)s
  AND (%(since_revision)s::bigint IS NULL OR l.revision >= %(since_revision)s)
  AND (%(since_at)s::timestamptz IS NULL OR l.at >= %(since_at)s)
  AND (%(table)s::text IS NULL OR l.table_name = %(table)s)
  AND (%(actor)s::text IS NULL OR l.actor = %(actor)s OR split_part(l.actor, '@', 1) = %(actor)s)
  AND (%(text)s::text IS NULL OR strpos(lower(concat_ws(' ', l.actor, l.table_name, (SELECT string_agg(v.value, ' ') FROM jsonb_each_text(l.before) AS v),
                                                            (SELECT string_agg(v.value, ' ') FROM jsonb_each_text(l.after) AS v))), lower(%(text)s)) > 0)
ORDER BY l.revision DESC
LIMIT %(limit)s;
