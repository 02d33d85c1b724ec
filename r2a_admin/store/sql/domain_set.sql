-- Change a domain; NULL leaves a column as it is.
UPDATE cfg.domain SET enabled = coalesce(%(enabled)s, enabled), context = coalesce(%(context)s, context) WHERE id = %(id)s;
