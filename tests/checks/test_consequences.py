"""What follows from something else: it is told, and mended where it comes from."""

from __future__ import annotations

from migcheck.model import StepError
from tests.checks.by_hand import added, changed, evidence, honest, judged, removed, step

ENUM = "type public.{}\n    kind: enum\n    labels: new, sent"
RENAMED_TYPE = (
    removed("type", "public.state", ENUM.format("state")),
    added("type", "public.ostate", ENUM.format("ostate")),
)
NOTHING = "Nothing of its own: this is as before once {} is (see the finding about it)."


def remedies(*differences, **fields):  # type: ignore[no-untyped-def]
    found = judged("MC204", evidence(honest(reverted=differences, **fields)))
    return {finding.message.split(" has ")[0]: finding.remedy for finding in found}


def test_the_type_of_a_column_follows_the_name_of_its_enum() -> None:
    found = remedies(*RENAMED_TYPE, changed("column", "public.t.s", "type", "public.state", "public.ostate"))
    assert found == {
        "enum type state": 'In downgrade():\nop.execute("ALTER TYPE ostate RENAME TO state")',
        "column t.s": NOTHING.format("enum type state"),
    }


def test_a_column_that_differs_in_more_than_the_name_has_its_own_remedy() -> None:
    found = remedies(
        *RENAMED_TYPE,
        changed("column", "public.t.s", "type", "public.state", "public.ostate"),
        changed("column", "public.t.s", "nullable", "true", "false"),
    )
    assert 'op.alter_column("t", "s", nullable=True)' in found["column t.s"]


def test_a_view_follows_the_labels_and_the_columns_that_it_names() -> None:
    texts = {
        "v": (" SELECT a FROM t WHERE s = 'sent'::state;", " SELECT a FROM t WHERE s = 'shipped'::state;"),
        "w": (" SELECT total\n   FROM t;", " SELECT total AS amount\n   FROM t;"),
        "x": (" SELECT sum(total) AS s\n   FROM w;", " SELECT sum(amount) AS s\n   FROM w;"),
    }
    found = remedies(
        changed("type", "public.state", "labels", "new, sent", "new, shipped"),
        *(changed("view", f"public.{name}", "text", *pair) for name, pair in texts.items()),
    )
    assert found["view v"] == NOTHING.format("type state")
    assert found["view x"] == NOTHING.format("view w")


def test_what_needs_a_missing_object_comes_after_it() -> None:
    default = changed("column", "public.t.id", "default", "nextval('public.t_id_seq'::regclass)", None)
    sequence = removed(
        "sequence", "public.t_id_seq", "sequence public.t_id_seq\n    start: 1\n    type: bigint"
    )
    found = remedies(default, sequence)
    assert found["column t.id"].startswith(
        "In downgrade(), once sequence t_id_seq is there again (see the finding about it):\nop.alter_column("
    )
    assert found["sequence t_id_seq is missing after the downgrade"].startswith("In downgrade():\n")


def test_a_partition_has_its_identity_from_the_table_it_is_attached_to() -> None:
    found = remedies(
        changed("table", "public.p1", "inherits", "public.p", None),
        changed("table", "public.p1", "partition_bound", "FOR VALUES IN (1)", None),
        changed("column", "public.p1.id", "identity", "always", None),
    )
    assert found["column p1.id"] == NOTHING.format("table p1")


def test_the_replica_identity_of_an_index_goes_with_that_of_its_table() -> None:
    found = remedies(
        changed("table", "public.t", "replica_identity", None, "index"),
        changed("index", "public.uq", "replica_identity", None, "true"),
    )
    assert found["index uq"] == NOTHING.format("table t")
    assert "REPLICA IDENTITY DEFAULT" in found["table t"]


def test_what_left_its_extension_is_given_back_not_dropped() -> None:
    upgrade = step("upgrade", ("ALTER EXTENSION trgm DROP FUNCTION similarity(text,text)", 12))
    function = added("function", "public.similarity(text, text)", "CREATE FUNCTION public.similarity")
    members = changed("extension", "trgm", "members", "0f", "1e")
    by_code = judged("MC204", evidence(honest(reverted=(function, members), upgrade=upgrade)))
    of_extension, of_function = by_code
    assert of_extension.remedy == NOTHING.format("its member")
    assert (
        of_function.message
        == "function similarity(text, text) is no member of extension trgm after the downgrade"
    )
    assert "ALTER EXTENSION trgm ADD FUNCTION similarity(text, text)" in of_function.remedy


def test_a_second_upgrade_that_lacks_what_the_downgrade_lost_points_at_the_downgrade() -> None:
    error = StepError(
        "psycopg.errors.UndefinedObject",
        'type "state" does not exist',
        "42704",
        "ALTER TYPE state RENAME TO x",
        12,
    )
    seen = honest(reverted=RENAMED_TYPE, reupgrade=step("reupgrade", error=error), reapplied=None)
    [found] = judged("MC203", evidence(seen))
    assert found.remedy.startswith("Mend the downgrade, as MC204 says")
    assert "--setup" not in found.remedy


def test_a_second_upgrade_from_another_schema_is_one_finding() -> None:
    lost = tuple(
        removed("index", f"public.ix_{n}", f"CREATE INDEX ix_{n} ON public.t USING btree (a)") for n in "ab"
    )
    after = tuple(
        removed("index", f"public.ix_{n}", f"CREATE INDEX ix_{n} ON public.u USING hash (a)") for n in "cd"
    )
    [found] = judged("MC205", evidence(honest(reverted=lost, reapplied=after)))
    assert "(index ix_c on u and index ix_d on u)" in found.message
    assert "see MC204" in found.message
    assert found.differences == after


def test_the_time_of_the_run_is_told_by_itself_also_then() -> None:
    clock = changed("column", "public.t.at", "default", "'2026-01-01 10:00'", "'2026-01-01 10:01'")
    others = tuple(changed("column", f"public.t.{n}", "default", "1", "2") for n in "ab")
    lost = (removed("index", "public.ix", "CREATE INDEX ix ON public.t USING btree (a)"),)
    found = judged("MC205", evidence(honest(reverted=lost, reapplied=(clock, *others))))
    assert len(found) == 2
    assert any("the time at which the migration ran" in finding.message for finding in found)
