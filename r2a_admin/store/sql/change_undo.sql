-- Take these revisions back.
SELECT revision, undone, lost FROM cfg.undo_changes(%(revisions)s::bigint[]);
