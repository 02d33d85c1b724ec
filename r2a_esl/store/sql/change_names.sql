-- Under which names are these extensions, or those of these devices, known, and which of them are logins of devices?
SELECT u.extension_id, u.domain_id, u.name, u.device_id
FROM cfg.user_name u
WHERE u.extension_id = ANY (%(extensions)s::bigint[])
   OR u.extension_id IN (SELECT v.extension_id FROM cfg.user_name v WHERE v.device_id = ANY (%(devices)s::bigint[]))
