-- Take the entries for an address range or a domain out of an access list.
DELETE FROM cfg.acl_entry WHERE acl_id = %(id)s AND (cidr = %(cidr)s::cidr OR domain = %(domain)s::text);
