"""The service on one screen: which kind of request is answered by whom. A request that stands nowhere here is not found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from r2a_xml import request
from r2a_xml.sections import configuration, dialplan, directory, languages
from r2a_xml.sections.context import Answer, Context

SECTIONS: dict[type[request.Request], Callable[[Any, Context], Answer]] = {
    request.DirectoryUser: directory.user,
    request.DirectoryGroup: directory.group,
    request.DirectoryDomain: directory.domain,
    request.DirectoryAllDomains: directory.all_domains,
    request.NetworkList: directory.network_list,
    request.PublishVoicemail: directory.publish_voicemail,
    request.ChangeVoicemailPassword: directory.change_voicemail_password,
    request.Dialplan: dialplan.route,
    request.Configuration: configuration.document,
    request.Phrase: languages.phrase,
}
