UPDATE cfg.domain SET enabled = false;
