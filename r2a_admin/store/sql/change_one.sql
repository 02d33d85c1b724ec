-- What did this revision change?
SELECT l.revision, l.at, l.actor, l.table_name, l.operation, l.before, l.after, l.transaction_id FROM cfg.change_log l WHERE l.revision = %(revision)s;
