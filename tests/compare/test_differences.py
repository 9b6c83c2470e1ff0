"""compare.differences on snapshots made by hand."""

from __future__ import annotations

import json

import pytest

from migcheck.compare import differences
from migcheck.model import Difference, DifferenceClass, DifferenceKind, ObjectKey, Snapshot

Objects = dict[tuple[str, str], dict[str, object]]


def snapshot(objects: Objects) -> Snapshot:
    return Snapshot({ObjectKey(*key): json.dumps(value, sort_keys=True) for key, value in objects.items()})


def users() -> Objects:
    """public.users as a reader would find it: columns, keys, an index, a serial, a trigger, a policy."""
    table = "public.users"
    return {
        ("schema", "public"): {"owner": "app"},
        ("table", table): {"kind": "table", "owner": "app", "column_order": ["id", "email", "name"]},
        ("column", f"{table}.id"): {
            "table": table,
            "type": "integer",
            "nullable": False,
            "default": "nextval('public.users_id_seq'::regclass)",
        },
        ("column", f"{table}.email"): {"table": table, "type": "character varying(80)", "nullable": False},
        ("column", f"{table}.name"): {
            "table": table,
            "type": "text",
            "nullable": True,
            "comment": "as given",
        },
        ("constraint", f"{table}.users_pkey"): {
            "table": table,
            "type": "p",
            "text": "PRIMARY KEY (id)",
            "index": "public.users_pkey",
        },
        ("constraint", f"{table}.users_email_key"): {
            "table": table,
            "type": "u",
            "text": "UNIQUE (email)",
            "index": "public.users_email_key",
        },
        ("index", "public.users_pkey"): {
            "table": table,
            "text": "CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)",
        },
        ("index", "public.users_email_key"): {
            "table": table,
            "text": "CREATE UNIQUE INDEX users_email_key ON public.users USING btree (email)",
        },
        ("index", "public.ix_users_name"): {
            "table": table,
            "text": "CREATE INDEX ix_users_name ON public.users USING btree (name, email)",
        },
        ("sequence", "public.users_id_seq"): {"owned_by": f"{table}.id", "type": "integer", "start": 1},
        ("trigger", f"{table}.touch"): {
            "table": table,
            "text": "CREATE TRIGGER touch BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION f()",
            "enabled": "O",
        },
        ("policy", f"{table}.own"): {
            "table": table,
            "text": "USING (owner = CURRENT_USER)",
            "command": "ALL",
        },
    }


def without(objects: Objects, *keys: tuple[str, str]) -> Objects:
    return {key: value for key, value in objects.items() if key not in keys}


def with_value(objects: Objects, key: tuple[str, str], **attributes: object) -> Objects:
    return {**objects, key: {**objects[key], **attributes}}


def compared(before: Objects, after: Objects) -> tuple[Difference, ...]:
    return differences(snapshot(before), snapshot(after))


def told(found: tuple[Difference, ...]) -> list[str]:
    return [
        f"{d.kind.value} {d.object_type} {d.name}" + (f" {d.attribute}" if d.attribute else "") for d in found
    ]


def test_equal_snapshots_do_not_differ() -> None:
    assert compared(users(), users()) == ()


def test_a_changed_attribute_is_one_difference_with_both_values() -> None:
    found = compared(users(), with_value(users(), ("column", "public.users.email"), type="text"))
    assert found == (
        Difference(
            "column",
            "public.users.email",
            DifferenceKind.CHANGED,
            "type",
            "character varying(80)",
            "text",
            DifferenceClass.SEMANTIC,
        ),
    )


def test_each_differing_attribute_is_told() -> None:
    key = ("column", "public.users.name")
    found = compared(users(), with_value(users(), key, nullable=False, comment=None, collation="C"))
    assert [(d.attribute, d.before, d.after) for d in found] == [
        ("collation", None, "C"),
        ("comment", "as given", None),
        ("nullable", "true", "false"),
    ]


def test_a_removed_table_is_one_difference_that_shows_all_of_it() -> None:
    after = {("schema", "public"): users()["schema", "public"]}
    (found,) = compared(users(), after)
    assert (found.kind, found.object_type, found.name) == (DifferenceKind.REMOVED, "table", "public.users")
    assert found.after is None
    assert found.before is not None
    assert found.before.splitlines()[:7] == [
        "CREATE TABLE public.users (",
        "    id integer DEFAULT nextval('public.users_id_seq'::regclass) NOT NULL,",
        "    email character varying(80) NOT NULL,",
        "    name text,",
        "    CONSTRAINT users_email_key UNIQUE (email),",
        "    CONSTRAINT users_pkey PRIMARY KEY (id)",
        ")",
    ]
    for line in ("CREATE INDEX ix_users_name ON", "CREATE TRIGGER touch", "sequence public.users_id_seq"):
        assert line in found.before


def test_an_added_table_is_one_difference() -> None:
    (found,) = compared({("schema", "public"): users()["schema", "public"]}, users())
    assert (found.kind, found.object_type, found.before) == (DifferenceKind.ADDED, "table", None)


def test_an_index_behind_a_missing_constraint_is_not_told_apart() -> None:
    after = without(
        users(), ("constraint", "public.users.users_email_key"), ("index", "public.users_email_key")
    )
    (found,) = compared(users(), after)
    assert told((found,)) == ["removed constraint public.users.users_email_key"]
    assert found.before is not None
    assert found.before.startswith("UNIQUE (email)")


def test_a_missing_constraint_whose_index_stays_is_told() -> None:
    after = without(users(), ("constraint", "public.users.users_email_key"))
    assert told(compared(users(), after)) == ["removed constraint public.users.users_email_key"]


def test_a_changed_primary_key_is_told_once() -> None:
    after = with_value(users(), ("constraint", "public.users.users_pkey"), text="PRIMARY KEY (id, email)")
    text = "CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id, email)"
    after = with_value(after, ("index", "public.users_pkey"), text=text)
    assert told(compared(users(), after)) == ["changed constraint public.users.users_pkey text"]


def test_a_missing_column_takes_its_index_constraint_and_sequence_with_it() -> None:
    gone = [
        ("column", "public.users.email"),
        ("constraint", "public.users.users_email_key"),
        ("index", "public.users_email_key"),
        ("index", "public.ix_users_name"),
    ]
    after = with_value(without(users(), *gone), ("table", "public.users"), column_order=["id", "name"])
    (found,) = compared(users(), after)
    assert told((found,)) == ["removed column public.users.email"]
    assert found.before is not None
    assert "email character varying(80) NOT NULL" in found.before
    assert "CREATE INDEX ix_users_name" in found.before
    assert "CONSTRAINT users_email_key UNIQUE (email)" in found.before


def test_an_index_that_stays_missing_when_its_column_is_back_is_told() -> None:
    after = without(users(), ("index", "public.ix_users_name"))
    assert told(compared(users(), after)) == ["removed index public.ix_users_name"]


def test_a_constraint_of_another_column_is_not_hidden_by_a_missing_one() -> None:
    gone = (
        ("column", "public.users.name"),
        ("constraint", "public.users.users_email_key"),
        ("index", "public.users_email_key"),
    )
    after = with_value(without(users(), *gone), ("table", "public.users"), column_order=["id", "email"])
    assert told(compared(users(), after)) == [
        "removed column public.users.name",
        "removed constraint public.users.users_email_key",
    ]


def test_a_foreign_key_is_not_taken_for_the_column_it_refers_to() -> None:
    key = ("constraint", "public.users.fk")
    before = {
        **users(),
        key: {"table": "public.users", "text": "FOREIGN KEY (id) REFERENCES public.people(name)"},
    }
    after = with_value(
        without(before, key, ("column", "public.users.name")),
        ("table", "public.users"),
        column_order=["id", "email"],
    )
    assert "removed constraint public.users.fk" in told(compared(before, after))


def test_a_missing_owned_sequence_is_told_when_its_column_is_there() -> None:
    after = without(users(), ("sequence", "public.users_id_seq"))
    assert told(compared(users(), after)) == ["removed sequence public.users_id_seq"]


def test_column_order_is_one_difference_of_its_own_class() -> None:
    after = with_value(users(), ("table", "public.users"), column_order=["id", "name", "email"])
    (found,) = compared(users(), after)
    assert found.difference_class is DifferenceClass.ORDER
    assert (found.attribute, found.before, found.after) == (
        "column_order",
        "id, email, name",
        "id, name, email",
    )


def test_a_new_column_is_no_difference_of_order() -> None:
    after = with_value(users(), ("table", "public.users"), column_order=["id", "age", "email", "name"])
    after["column", "public.users.age"] = {"table": "public.users", "type": "integer", "nullable": True}
    assert told(compared(users(), after)) == ["added column public.users.age"]


def test_order_is_told_over_the_columns_that_both_have() -> None:
    after = with_value(users(), ("table", "public.users"), column_order=["name", "age", "email", "id"])
    after["column", "public.users.age"] = {"table": "public.users", "type": "integer", "nullable": True}
    found = compared(users(), after)
    assert told(found) == ["changed table public.users column_order", "added column public.users.age"]
    assert [d.difference_class.value for d in found] == ["order", "semantic"]


def test_a_schema_that_is_gone_is_told_with_its_contents() -> None:
    before = {
        **users(),
        ("schema", "audit"): {"owner": "app"},
        ("table", "audit.log"): {"kind": "table", "column_order": ["at"]},
        ("column", "audit.log.at"): {"table": "audit.log", "type": "date"},
        ("function", "audit.f(integer)"): {"text": "CREATE OR REPLACE FUNCTION audit.f(integer) ..."},
    }
    (found,) = compared(before, users())
    assert told((found,)) == ["removed schema audit"]
    assert found.before is not None
    assert "table audit.log" in found.before
    assert "FUNCTION audit.f(integer)" in found.before


def test_a_schema_with_a_dot_in_its_name_hides_nothing_of_another() -> None:
    before: Objects = {
        ("schema", "a"): {"owner": "app"},
        ("schema", "a.b"): {"owner": "app"},
        ("table", "a.b.c"): {"kind": "table", "column_order": []},
    }
    after: Objects = {("schema", "a.b"): {"owner": "app"}}
    assert told(compared(before, after)) == ["removed schema a", "removed table a.b.c"]


def test_one_object_under_two_names_stays_two_differences_side_by_side() -> None:
    before, after = users(), users()
    for name in ("aa", "mm"):
        text = f"CREATE INDEX {name} ON public.users USING btree (lower({name[0]}))"
        before["index", f"public.{name}"] = {"table": "public.users", "text": text}
        text = f"CREATE INDEX zz_{name} ON public.users USING btree (lower({name[0]}))"
        after["index", f"public.zz_{name}"] = {"table": "public.users", "text": text}
    assert told(compared(before, after)) == [
        "removed index public.aa",
        "added index public.zz_aa",
        "removed index public.mm",
        "added index public.zz_mm",
    ]


def test_what_holds_is_told_before_what_is_held() -> None:
    after = without(users(), ("index", "public.ix_users_name"), ("trigger", "public.users.touch"))
    after = with_value(after, ("table", "public.users"), owner="other")
    after = with_value(after, ("column", "public.users.name"), type="citext")
    after["extension", "citext"] = {"version": "1.6"}
    assert told(compared(users(), after)) == [
        "added extension citext",
        "changed table public.users owner",
        "changed column public.users.name type",
        "removed index public.ix_users_name",
        "removed trigger public.users.touch",
    ]


def test_validated_is_told_by_the_text_of_the_constraint() -> None:
    key = ("constraint", "public.users.ck")
    before = {**users(), key: {"table": "public.users", "text": "CHECK ((id > 0))", "validated": True}}
    after = with_value(before, key, text="CHECK ((id > 0)) NOT VALID", validated=False)
    assert told(compared(before, after)) == ["changed constraint public.users.ck text"]


def test_not_null_is_told_at_the_column() -> None:
    key = ("constraint", "public.users.users_email_not_null")
    before = {**users(), key: {"table": "public.users", "text": "NOT NULL email"}}
    after = with_value(without(before, key), ("column", "public.users.email"), nullable=True)
    assert told(compared(before, after)) == ["changed column public.users.email nullable"]


def test_a_not_null_constraint_without_a_change_of_nullable_is_told() -> None:
    key = ("constraint", "public.users.users_email_not_null")
    before = {**users(), key: {"table": "public.users", "text": "NOT NULL email"}}
    assert told(compared(before, users())) == ["removed constraint public.users.users_email_not_null"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("users_email_not_null", "users_mail_not_null", {"cosmetic"}),
        ("users_email_not_null", "users_email_not_null1", {"cosmetic"}),
        ("users_email_not_null", "email_is_given", {"semantic"}),
    ],
)
def test_generated_not_null_names_are_cosmetic(old: str, new: str, expected: set[str]) -> None:
    values: dict[str, object] = {"table": "public.users", "text": "NOT NULL email"}
    before = {**users(), ("constraint", f"public.users.{old}"): values}
    after = {**users(), ("constraint", f"public.users.{new}"): values}
    found = compared(before, after)
    assert len(found) == 2
    assert {d.difference_class.value for d in found} == expected


def test_a_generated_not_null_name_for_another_column_is_semantic() -> None:
    table = "public.users"
    before = {**users(), ("constraint", f"{table}.a_not_null"): {"table": table, "text": "NOT NULL email"}}
    after = {**users(), ("constraint", f"{table}.b_not_null"): {"table": table, "text": "NOT NULL name"}}
    assert {d.difference_class.value for d in compared(before, after)} == {"semantic"}


def test_lists_are_readable() -> None:
    before: Objects = {("type", "public.mood"): {"labels": ["sad", "ok"]}}
    after: Objects = {("type", "public.mood"): {"labels": ["sad", "ok", "happy"]}}
    (found,) = compared(before, after)
    assert (found.before, found.after) == ("sad, ok", "sad, ok, happy")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a, b"], ["a", "b"]),
        (1, "1"),
        (True, "true"),
        (1, True),
        (["a\nb"], ["a", "b"]),
        ({"a": "1"}, {"a": 1}),
        ([[1]], [["1"]]),
    ],
)
def test_values_that_differ_are_shown_differently(before: object, after: object) -> None:
    (found,) = compared({("type", "public.t"): {"x": before}}, {("type", "public.t"): {"x": after}})
    assert found.before != found.after


def test_a_table_that_became_a_view_is_two_differences() -> None:
    before: Objects = {("table", "public.t"): {"kind": "table", "column_order": []}}
    after: Objects = {("view", "public.t"): {"text": " SELECT 1 AS a;"}}
    found = compared(before, after)
    assert told(found) == ["removed table public.t", "added view public.t"]
    assert found[1].after == " SELECT 1 AS a;"


def partitioned() -> Objects:
    """public.log by month, one partition, an index and a check that the partition has from its parent."""
    child = "public.log_1"
    return {
        ("table", "public.log"): {
            "kind": "partitioned table",
            "partition_key": "RANGE (at)",
            "column_order": ["at"],
        },
        ("column", "public.log.at"): {"table": "public.log", "type": "date"},
        ("constraint", "public.log.c"): {"table": "public.log", "text": "CHECK ((at > 1))"},
        ("index", "public.ix"): {
            "table": "public.log",
            "text": "CREATE INDEX ix ON ONLY public.log USING btree (at)",
        },
        ("table", child): {
            "kind": "table",
            "inherits": ["public.log"],
            "partition_bound": "FOR VALUES IN (1)",
            "column_order": ["at"],
        },
        ("column", f"{child}.at"): {"table": child, "type": "date", "inherited": True},
        ("constraint", f"{child}.c"): {"table": child, "text": "CHECK ((at > 1))", "inherited": True},
        ("index", "public.ix_1"): {
            "table": child,
            "text": "CREATE INDEX ix_1 ON public.log_1 USING btree (at)",
            "parent": "public.ix",
        },
    }


def test_a_partitioned_table_is_one_difference_with_its_partitions() -> None:
    (found,) = compared(partitioned(), {})
    assert found.before is not None
    assert found.before.splitlines() == [
        "CREATE TABLE public.log (",
        "    at date,",
        "    CONSTRAINT c CHECK ((at > 1))",
        ") PARTITION BY RANGE (at)",
        "CREATE INDEX ix ON ONLY public.log USING btree (at)",
        "CREATE TABLE public.log_1 PARTITION OF public.log FOR VALUES IN (1)",
    ]


def test_a_partition_of_a_table_that_stays_is_told() -> None:
    after = {
        key: value
        for key, value in partitioned().items()
        if "log_1" not in key[1] and key[1] != "public.ix_1"
    }
    assert told(compared(partitioned(), after)) == ["removed table public.log_1"]


def test_what_a_partition_has_from_its_parent_is_told_at_the_parent() -> None:
    gone = [
        ("constraint", "public.log.c"),
        ("constraint", "public.log_1.c"),
        ("index", "public.ix"),
        ("index", "public.ix_1"),
    ]
    after = without(partitioned(), *gone)
    for name in ("public.log.at", "public.log_1.at"):
        after = with_value(after, ("column", name), type="timestamp")
    assert told(compared(partitioned(), after)) == [
        "changed column public.log.at type",
        "removed constraint public.log.c",
        "removed index public.ix",
    ]


def test_what_only_a_partition_lacks_is_told() -> None:
    after = without(partitioned(), ("index", "public.ix_1"))
    after = with_value(after, ("column", "public.log_1.at"), default="now()")
    assert told(compared(partitioned(), after)) == [
        "changed column public.log_1.at default",
        "removed index public.ix_1",
    ]


def test_elements_that_have_a_name_are_readable() -> None:
    checks = [{"name": "c", "text": "CHECK ((VALUE > 0))", "validated": True}]
    (found,) = compared(
        {("domain", "public.d"): {"constraints": checks}},
        {("domain", "public.d"): {"constraints": [{**checks[0], "validated": False}]}},
    )
    assert (found.before, found.after) == (
        "c CHECK ((VALUE > 0))",
        "c CHECK ((VALUE > 0)) (validated: false)",
    )


def test_the_hash_of_an_extension_s_members_is_shown_to_nobody() -> None:
    key = ("extension", "trgm")
    (found,) = compared({key: {"members": "0f343b09"}}, {key: {"members": "1e9ac2d4"}})
    assert (found.attribute, found.before, found.after) == (
        "members",
        "the members that it had",
        "other members",
    )
    (added,) = compared({}, {key: {"members": "0f343b09", "version": "1.6"}})
    assert added.after == "extension trgm\n    version: 1.6"


def test_privileges_on_a_catalog_and_on_a_column_of_it_are_both_told() -> None:
    granted: Objects = {
        ("table", "pg_authid"): {"privileges": ["app=r/postgres"]},
        ("column", "pg_authid.rolname"): {"privileges": ["app=r/postgres"]},
    }
    assert told(compared({}, granted)) == [
        "changed table pg_authid privileges",
        "changed column pg_authid.rolname privileges",
    ]
