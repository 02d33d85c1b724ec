-- What did the transaction of this revision change? Its number alone may come again in a database that was restored.
SELECT l.revision, l.at, l.actor, l.table_name, l.operation, l.before, l.after, l.transaction_id
FROM cfg.change_log o
JOIN cfg.change_log l ON l.at = o.at AND l.transaction_id = o.transaction_id
WHERE o.revision = %(revision)s
ORDER BY l.revision;
