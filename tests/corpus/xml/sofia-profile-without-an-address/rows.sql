DELETE FROM cfg.node_address WHERE alias = 'rtp';
