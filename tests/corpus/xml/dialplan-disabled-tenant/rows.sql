UPDATE cfg.tenant SET enabled = false;
