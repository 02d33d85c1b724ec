"""What the import demands of a text is what the schema demands: the same texts are held against both."""

from __future__ import annotations

import psycopg
import pytest

from r2a_admin import field_rules
from r2a_admin.field_rules import Rule
from r2a_admin.store.refusals import RULES

TEXTS = [
    "", "1", "10", "0" * 15, "0" * 16, "٣٣", "10\n",
    "a", "a" * 63, "a" * 64, "+49", "+", "++4", "a@b", "a b", "é", "-a", "a.b-c_d", "Alice", "x" * 80, "x" * 81,
    "José Müller",
    "a${b}", "a$[b]", "a$b", "$$a", "X-Pre-Process", "<!--#exec", "<?x", "a<b", "a=b", 'a"b', "a\\b", "a;b", "a|b", "a^b", "a'b", "a&b", "tab\t",
    "\x7f", "\x9f", "\xa0", "a@example.com", "a@@b", "a+b@ex-ample.com", "é@example.com", "a@b\n", "ſ", "K",
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "type_name"), [(field_rules.number, "cfg.number"), (field_rules.sip_user, "cfg.sip_user"), (field_rules.label, "cfg.label")]
)
def test_rule_agrees_with_the_domain_of_the_schema(database: str, rule: Rule, type_name: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        for text in TEXTS:
            try:
                connection.execute(f"SELECT %s::{type_name}".encode(), (text,))
                accepted = True
            except psycopg.errors.CheckViolation:
                accepted = False
            assert (rule(text) is None) == accepted, (type_name, text)


def test_every_rule_in_words_is_a_constraint_of_the_schema(database: str) -> None:
    with psycopg.connect(database) as connection:
        names = {name for (name,) in connection.execute("SELECT conname FROM pg_constraint WHERE contype = 'c'")}
    assert set(RULES) <= names


def test_every_check_of_the_schema_reads_as_a_sentence(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'cfg'::regnamespace AND conname ~ '_check[0-9]*$'"
        ).fetchall()
    # Written by r2a itself or chosen from a fixed list, never typed by a person.
    ours = {"change_log_operation_check", "directory_entry_kind_check", "feature_code_feature_check"}
    assert {name for (name,) in rows} - ours <= set(RULES)
