-- Change a gateway; NULL leaves a column as it is, an empty text, 0 seconds of ping or node or tenant 0 removes it.
UPDATE cfg.gateway SET
    tenant_id = nullif(coalesce(%(tenant_id)s, tenant_id), 0),
    sip_profile_id = coalesce(%(sip_profile_id)s, sip_profile_id),
    node_id = nullif(coalesce(%(node_id)s, node_id), 0),
    enabled = coalesce(%(enabled)s, enabled),
    proxy = coalesce(%(proxy)s, proxy),
    realm = nullif(coalesce(%(realm)s, realm), ''),
    outbound_proxy = nullif(coalesce(%(outbound_proxy)s, outbound_proxy), ''),
    username = nullif(coalesce(%(username)s, username), ''),
    password_sealed = coalesce(%(password_sealed)s, password_sealed),
    from_user = nullif(coalesce(%(from_user)s, from_user), ''),
    from_domain = nullif(coalesce(%(from_domain)s, from_domain), ''),
    register = coalesce(%(register)s, register),
    transport = coalesce(%(transport)s, transport),
    expire_s = coalesce(%(expire_s)s, expire_s),
    retry_s = coalesce(%(retry_s)s, retry_s),
    ping_s = nullif(coalesce(%(ping_s)s, ping_s), 0),
    caller_id_in_from = coalesce(%(caller_id_in_from)s, caller_id_in_from),
    context = coalesce(%(context)s, context),
    codecs = nullif(coalesce(%(codecs)s, codecs), '')
WHERE id = %(id)s;
