-- Forget what a node reported.
DELETE FROM rt.node_status WHERE node_name = %(name)s;
