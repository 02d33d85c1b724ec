-- Take keys of a group away.
DELETE FROM cfg.conference_control WHERE control_group = %(group)s AND for_moderators = %(for_moderators)s AND digits = %(digits)s;
