"""The bench: how many of FreeSWITCH's questions one worker of the XML service answers, beside the floor of the same machine in the same run;
and how long a change takes from COMMIT to the switches of twenty nodes.
"""
