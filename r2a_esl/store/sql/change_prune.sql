-- How many of the oldest changes were removed, of those that are older than so many days?
SELECT cfg.prune_change_log(make_interval(days => %(days)s), %(batch)s)
