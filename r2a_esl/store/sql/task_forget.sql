-- Which tasks does nobody look at any more?
DELETE FROM rt.node_task WHERE asked_at < now() - make_interval(days => %(days)s)
