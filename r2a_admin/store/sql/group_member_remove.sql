-- Take a member out of a call group.
DELETE FROM cfg.call_group_member WHERE call_group_id = %(group_id)s AND extension_id = %(extension_id)s;
