-- Change an extension; NULL leaves a column as it is, an empty e-mail address, language or list of codecs removes it.
UPDATE cfg.extension SET
    name = coalesce(%(name)s, name),
    enabled = coalesce(%(enabled)s, enabled),
    ring_timeout_s = coalesce(%(ring_timeout_s)s, ring_timeout_s),
    voicemail_enabled = coalesce(%(voicemail)s, voicemail_enabled),
    voicemail_email = nullif(coalesce(%(voicemail_email)s, voicemail_email), ''),
    language = nullif(coalesce(%(language)s, language), ''),
    codecs = nullif(coalesce(%(codecs)s, codecs), '')
WHERE id = %(id)s;
