-- Which gateways does this node have, now that its lease is renewed, and which do others register that it carries too?
SELECT at, accepted, gateway_id, name, profile, term, state, why, for_s
FROM rt.keep_gateways(%(node)s, %(core)s, %(sent)s, %(armed_s)s, %(armed_terms)s::bigint[], %(let_go)s::bigint[], %(refused)s::bigint[])
