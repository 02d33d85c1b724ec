-- Remove a conference room.
DELETE FROM cfg.conference_room WHERE id = %(id)s;
