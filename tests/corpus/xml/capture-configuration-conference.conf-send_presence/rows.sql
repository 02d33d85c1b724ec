DELETE FROM cfg.conference_room;
