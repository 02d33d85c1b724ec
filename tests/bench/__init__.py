"""The bench: how many of FreeSWITCH's questions one worker of the XML service answers, beside the floor of the same machine in the same run."""
