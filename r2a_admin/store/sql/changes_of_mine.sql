-- Which revisions has this transaction made? Its deferred triggers must have run.
SELECT revision FROM cfg.change_log WHERE at = now() ORDER BY revision;
