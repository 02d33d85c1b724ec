UPDATE cfg.tenant SET user_cache_ms = 0;
