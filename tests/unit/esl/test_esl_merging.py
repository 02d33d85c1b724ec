"""Several plans as one: nothing is lost, little is said twice, and a gateway is gone before its profile reads it again."""

from __future__ import annotations

from r2a_esl.changes.commands import FLUSH_ALL, RELOAD_ACL, Command, flush_user, load_queue, replace_gateways, rescan
from r2a_esl.changes.merging import merged
from r2a_esl.changes.plan import Note, Plan
from r2a_esl.changes.users import MANY_USERS

KILL = "sofia profile {} killgw {}"


def of(*commands: Command, notes: tuple[Note, ...] = (), remarks: tuple[str, ...] = ()) -> Plan:
    return Plan(commands=commands, notes=notes, remarks=remarks)


def texts(*plans: Plan) -> list[str]:
    return [text for command in merged(plans).commands for text in command.texts]


def test_a_single_plan_is_itself() -> None:
    one = of(load_queue("a"), FLUSH_ALL)
    assert merged([one]) is one


def test_one_flush_of_everything_stands_for_those_of_all_batches() -> None:
    users = [of(flush_user(str(number), "d")) for number in range(3)]
    assert texts(*users, users[0]) == [text for one in users for text in one.commands[0].texts]
    assert texts(*users, of(FLUSH_ALL), of(FLUSH_ALL)) == ["xml_flush_cache"]
    assert texts(*(of(flush_user(str(number), "d")) for number in range(MANY_USERS + 1))) == ["xml_flush_cache"]


def test_whoever_has_to_go_in_one_of_them_goes() -> None:
    drops = [Command(kind="drop", **{kind: frozenset({value})}) for kind, value in (("logins", ("a", "d")), ("aors", ("b", "d")), ("realms", "e"))]  # type: ignore[arg-type]
    found = merged([of(one) for one in drops]).commands
    assert found == (Command(kind="drop", logins=frozenset({("a", "d")}), aors=frozenset({("b", "d")}), realms=frozenset({"e"})),)


def test_each_profile_reads_its_gateways_once_after_all_of_them_are_gone() -> None:
    first = of(replace_gateways("external", {("external", "a")}, rescans=True), rescan("internal"))
    second = of(replace_gateways("external", {("external", "b")}, rescans=False))
    third = of(rescan("external"), rescan("internal"), rescan("other"))
    expected = [KILL.format("external", "a"), KILL.format("external", "b"), "sofia profile external rescan"]
    assert texts(first, second, third) == [*expected, "sofia profile internal rescan", "sofia profile other rescan"]
    # What fails is sent again as a whole: other profiles' gateways are no part of it.
    assert merged([first, second, third]).commands[0].texts == tuple(expected)
    assert texts(second, second) == [KILL.format("external", "b")]


def test_a_gateway_that_moved_and_came_back_is_gone_before_anybody_reads() -> None:
    there = of(replace_gateways("internal", {("external", "a")}, rescans=True))
    back = of(replace_gateways("external", {("internal", "a")}, rescans=True))
    found = texts(there, back)
    assert set(found[:2]) == {KILL.format("external", "a"), KILL.format("internal", "a")}
    assert set(found[2:]) == {"sofia profile external rescan", "sofia profile internal rescan"}


def test_what_may_need_each_other_keeps_its_order() -> None:
    first, second = load_queue("a"), Command(kind="tier", texts=("callcenter_config tier add a b",))
    third = load_queue("c")
    assert merged([of(RELOAD_ACL, first, second), of(RELOAD_ACL, third, first)]).commands == (RELOAD_ACL, first, second, third, first)


def test_what_people_are_told_is_told_once() -> None:
    note = Note("internal", "port changed")
    both = merged([of(notes=(note,), remarks=("a",)), of(notes=(note,), remarks=("b", "a"))])
    assert both.notes == (note,)
    assert both.remarks == ("a", "b")
