-- Change a SIP profile; NULL leaves a column as it is.
UPDATE cfg.sip_profile SET
    enabled = coalesce(%(enabled)s, enabled),
    port = coalesce(%(port)s, port),
    context = coalesce(%(context)s, context),
    sip_alias = coalesce(%(sip_alias)s, sip_alias),
    rtp_alias = coalesce(%(rtp_alias)s, rtp_alias),
    authenticate_calls = coalesce(%(authenticate_calls)s, authenticate_calls)
WHERE id = %(id)s;
