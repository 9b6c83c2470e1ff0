"""Reports made by hand, for the tests of the reporters."""

from __future__ import annotations

import os
from typing import Any

from migcheck.model import (
    Difference,
    DifferenceClass,
    DifferenceKind,
    Finding,
    FindingError,
    Report,
    RevisionInfo,
    RevisionResult,
    Severity,
    Skip,
    Suppressed,
    Target,
)

FOLDER = os.path.abspath(os.sep + os.path.join("home", "me", "shop"))


def path(name: str) -> str:
    """The absolute path of a revision file in FOLDER."""
    return os.path.join(FOLDER, "migrations", "versions", name)


def result(revision: str, doc: str, status: str = "passed", reason: str | None = None) -> RevisionResult:
    """One revision that ran its three steps (or none, when skipped)."""
    info = RevisionInfo(revision, (), (), (), doc, path(f"{revision}.py"), 20, 30)
    steps = () if status == "skipped" else (("upgrade", 0.01234), ("downgrade", 0.01), ("reupgrade", 0.01))
    return RevisionResult(info, status, reason, steps, tuple((name, 3) for name, _ in steps))


def report(**changes: Any) -> Report:
    """A clean report of two revisions, with some fields changed."""
    fields: dict[str, Any] = {
        "targets": (Target(os.path.join(FOLDER, "alembic.ini"), "postgresql", "18.4", "embedded"),),
        "heads": ("b2",),
        "bases": ("a1",),
        "revisions": (result("a1", "create users"), result("b2", "add orders")),
        "findings": (),
        "suppressed": (),
        "skipped": (),
        "started_at": "2026-01-31T12:00:00Z",
        "seconds": 3.2149,
        "exit_code": 0,
    }
    return Report(**{**fields, **changes})


def finding(code: str = "MC204", **changes: Any) -> Finding:
    """An error in revision b2 without differences, with some fields changed."""
    fields: dict[str, Any] = {
        "code": code,
        "name": "not-reversible",
        "severity": Severity.ERROR,
        "revision": "b2",
        "message": "index ix_orders_status on orders is missing after the downgrade",
        "remedy": 'In downgrade():\nop.create_index("ix_orders_status", "orders", ["status"])',
        "path": path("b2.py"),
        "line": 31,
    }
    return Finding(**{**fields, **changes})


def removed(object_type: str, name: str, before: str) -> Difference:
    """An object that the second moment lacks."""
    return Difference(object_type, name, DifferenceKind.REMOVED, before=before)


def added(object_type: str, name: str, after: str) -> Difference:
    """An object that only the second moment has."""
    return Difference(object_type, name, DifferenceKind.ADDED, after=after)


def changed(object_type: str, name: str, attribute: str, before: str | None, after: str | None) -> Difference:
    """An object with another attribute in the second moment."""
    return Difference(object_type, name, DifferenceKind.CHANGED, attribute, before, after)


FUNCTION = """CREATE OR REPLACE FUNCTION public.total(o bigint)
 RETURNS numeric
 LANGUAGE sql
 STABLE
AS $function$
    SELECT sum(price * quantity)
    FROM public.items
    WHERE order_id = o
      AND NOT cancelled
$function$
"""


INDEX = "CREATE INDEX ix_orders_status ON public.orders USING btree (status)"
ENUM = "CREATE TYPE public.order_status AS ENUM ('new', 'paid')"


def broken() -> Report:
    """A report with one of everything."""
    index = removed("index", "public.ix_orders_status", INDEX)
    table = "CREATE TABLE public.audit (\n" + ",\n".join(f"    c{n} text" for n in range(30)) + "\n)"
    order = Difference(
        "table",
        "public.users",
        DifferenceKind.CHANGED,
        "column_order",
        "id, email, name",
        "id, name, email",
        DifferenceClass.ORDER,
    )
    findings = (
        finding(
            "MC101",
            name="multiple-heads",
            revision=None,
            path=None,
            line=None,
            message="the history has two heads: d4 and f6",
            remedy="Run `alembic merge heads`.",
        ),
        finding("MC204", differences=(index,)),
        finding(
            "MC204",
            revision="c3",
            path=path("c3.py"),
            message="enum type order_status is left behind by the downgrade",
            remedy='In downgrade(), when its column is gone:\nop.execute("DROP TYPE order_status")',
            differences=(
                added(
                    "type", "public.order_status", "CREATE TYPE public.order_status AS ENUM ('new', 'paid')"
                ),
            ),
        ),
        finding(
            "MC205",
            name="not-repeatable",
            revision="c3",
            path=path("c3.py"),
            line=24,
            message="column users.email has another type (character varying(255) first, "
            "character varying(320) then) and another default after the second upgrade than after the first",
            remedy="Make upgrade() depend on the schema alone: no clock, no random value, no environment, no "
            "state kept in the module, no IF NOT EXISTS that skips work the second time.",
            differences=(
                changed(
                    "column", "public.users.email", "type", "character varying(255)", "character varying(320)"
                ),
                changed("column", "public.users.email", "default", "''::character varying", None),
                changed(
                    "function",
                    "public.total(bigint)",
                    "text",
                    FUNCTION,
                    FUNCTION.replace("      AND NOT cancelled\n", ""),
                ),
            ),
        ),
        finding(
            "MC202",
            name="downgrade-fails",
            revision="d4",
            path=path("d4.py"),
            line=40,
            message="downgrade() fails: DependentObjectsStillExist: cannot drop type mood because other "
            "objects depend on it [DROP TYPE mood]: the column that uses the type is still there",
            remedy="Drop the column before the type.",
            error=FindingError(
                "psycopg.errors.DependentObjectsStillExist",
                "cannot drop type mood because other objects depend on it\n"
                "DETAIL:  column mood of table public.users depends on type mood\n"
                "HINT:  Use DROP ... CASCADE to drop the dependent objects too.",
                "2BP01",
                "DROP TYPE mood",
                'Traceback (most recent call last):\n File "d4.py", line 40, in downgrade\n  op',
            ),
        ),
        finding(
            "MC211",
            name="session-leak",
            severity=Severity.WARNING,
            revision="d4",
            path=path("d4.py"),
            line=22,
            message="upgrade() leaves search_path set to app, public",
            remedy="Use SET LOCAL, or reset it at the end of upgrade().",
            evidence="observed",
        ),
        finding(
            "MC204",
            revision="d4",
            path=path("d4.py"),
            message="table audit is left behind by the downgrade",
            remedy='In downgrade():\nop.drop_table("audit")',
            differences=(added("table", "public.audit", table),),
        ),
        finding(
            "MC209",
            name="column-order",
            severity=Severity.INFO,
            revision="b2",
            differences=(order,),
            message="after the downgrade the columns of users stand in another order",
            remedy="Nothing needs to be done.",
        ),
        finding(
            "MC210",
            name="irreversible",
            severity=Severity.INFO,
            revision="a1",
            path=path("a1.py"),
            line=12,
            message="marked irreversible: tokens are hashed",
            remedy="Nothing.",
        ),
    )
    return report(
        heads=("d4", "f6"),
        revisions=(
            result("a1", "create users"),
            result("b2", "add orders", "failed"),
            result("c3", "orders have a status", "failed"),
            result("d4", "moods and an audit trail", "failed"),
            result("e5", "widen the audit trail", "skipped", "the upgrade of d4 fails"),
            result("f6", "drop the audit trail", "skipped", "the upgrade of d4 fails"),
        ),
        findings=findings,
        suppressed=(Suppressed(finding("MC103", message="nothing is undone"), "rebuilt nightly", "inline"),),
        skipped=(
            Skip("MC401", None, "env.py sets no target_metadata"),
            Skip("MC204", "e5", "the upgrade of d4 fails"),
            Skip("MC205", "a1", "it is irreversible"),
            Skip("MC204", "a1", "it is irreversible"),
        ),
        exit_code=1,
        notes=("env.py calls run_migrations 2 times: each step ran in an env.py of its own",),
    )
