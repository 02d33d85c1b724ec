UPDATE cfg.queue SET moh_class_id = NULL;
DELETE FROM cfg.moh_class;
