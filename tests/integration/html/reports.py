"""Reports made by hand, of histories that are large, branched or hostile."""

from __future__ import annotations

from dataclasses import replace

from migcheck.model import FindingRow, Report, RevisionResult, Severity, Skip, Statement, Suppressed
from tests.reporters.reports import (
    FUNCTION,
    INDEX,
    added,
    broken,
    changed,
    finding,
    path,
    removed,
    report,
    result,
)

TABLE = """CREATE TABLE public.orders_{0} (
    id integer NOT NULL,
    customer_id integer NOT NULL,
    placed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT orders_{0}_pkey PRIMARY KEY (id)
)"""

CODES = (
    ("MC204", "not-reversible", Severity.ERROR),
    ("MC301", "fails-on-rows", Severity.ERROR),
    ("MC302", "rows-lost", Severity.WARNING),
    ("MC209", "column-order", Severity.INFO),
)

HOSTILE = (
    '<script>window.ran = "script"</script><img src=x onerror="window.ran = 1"> '
    "</script><!-- \"' | `x` &amp; \\ "
    "${1} {{ 7*7 }} \x1b[31mred\x1b[0m \x00 \x07 \u202egnp.exe \u2028 \ud800 \U0001f600 \r\n"
    "second line\n| a | b |\n"
)


def revision(number: int, parents: tuple[int, ...], status: str = "passed") -> RevisionResult:
    """One of a large history, with statements and changes."""
    one = result(f"{number:04x}", f"step {number}: orders of the year {1800 + number}", status)
    ran = tuple(
        (
            step,
            tuple(
                Statement(f"{word} TABLE orders_{number}_{n} (id integer)", 20 + n, 0.001 * (n + 1))
                for n in range(3)
            ),
        )
        for step, word in (("upgrade", "CREATE"), ("downgrade", "DROP"))
    )
    info = replace(one.info, down_revisions=tuple(f"{parent:04x}" for parent in parents))
    changes = (added("table", f"public.orders_{number}", TABLE.format(number)),)
    return replace(one, info=info, ran=ran if one.seconds else (), changes=changes, changes_count=1)


def large(revisions: int, findings: int = 40) -> Report:
    """A linear history with as many findings, spread over it."""
    every = max(1, revisions // max(1, findings))
    faulty = range(every, revisions + 1, every)[:findings]
    found = []
    for n, number in enumerate(faulty):
        code, name, severity = CODES[n % len(CODES)]
        found.append(
            finding(
                code,
                name=name,
                severity=severity,
                revision=f"{number:04x}",
                path=path(f"{number:04x}_step.py"),
                message=f"index ix_{number} on orders_{number} is missing after the downgrade",
                differences=()
                if code == "MC301"
                else (
                    removed("index", f"public.ix_{number}", INDEX),
                    changed(
                        "function",
                        "public.total(bigint)",
                        "text",
                        FUNCTION,
                        FUNCTION.replace("price * ", "net * "),
                    ),
                ),
                rows=()
                if code != "MC301"
                else (
                    FindingRow(
                        "public.orders",
                        (("id", "1"), ("total", None)),
                        (("id", "1"), ("total", "0")),
                        "NULL comes back as 0",
                    ),
                ),
                concerns=f"orders_{number}" if code == "MC301" else "",
            )
        )
    failing = {one.revision for one in found if one.severity is not Severity.INFO}
    results = [
        revision(n, (n - 1,) if n > 1 else (), "failed" if f"{n:04x}" in failing else "passed")
        for n in range(1, revisions + 1)
    ]
    return report(
        revisions=tuple(results),
        findings=tuple(found),
        heads=(f"{revisions:04x}",),
        bases=("0001",),
        exit_code=1 if found else 0,
        seconds=31.5,
    )


def branched() -> Report:
    """Two branches and what merges them, a base of another, and one that was skipped."""
    parents = {
        1: (),
        2: (1,),
        3: (1,),
        4: (2,),
        5: (3,),
        6: (4, 5),
        7: (6,),
        8: (),
        9: (8,),
        10: (7,),
        11: (7,),
        12: (7,),
        13: (10, 11),
    }
    results = [
        revision(n, above, "failed" if n in (4, 9) else "skipped" if n == 13 else "passed")
        for n, above in parents.items()
    ]
    results[7] = replace(results[7], info=replace(results[7].info, branch_labels=("billing",)))
    results[8] = replace(results[8], info=replace(results[8].info, depends_on=("0006",)))
    results[12] = replace(results[12], reason="the upgrade of 000b fails")
    one = finding("MC204", revision="0004", differences=(removed("index", "public.ix_4", INDEX),))
    other = finding(
        "MC302",
        name="rows-lost",
        severity=Severity.WARNING,
        revision="0009",
        message="3 rows of invoices are removed",
        concerns="invoices",
    )
    whole = broken()
    return report(
        revisions=tuple(results),
        findings=(one, other, *(f for f in whole.findings if f.revision is None)),
        suppressed=(
            Suppressed(
                finding("MC103", revision="0002", message="nothing is undone"), "rebuilt nightly", "inline"
            ),
        ),
        skipped=(
            Skip("MC401", None, "env.py sets no target_metadata"),
            Skip("MC204", "000d", "the upgrade of 000b fails"),
        ),
        notes=("env.py calls run_migrations 2 times",),
        heads=("000d", "000c", "0009"),
        bases=("0001", "0008"),
        exit_code=1,
    )


def hostile(length: int = 60_000) -> Report:
    """Everything that comes from elsewhere is hostile, and some of it is endless."""
    endless = HOSTILE + "x" * length
    ids = (f"a1{HOSTILE}", "b2", f"c3{'y' * length}")
    results = []
    for number, id_ in enumerate(ids):
        one = result(id_, endless, "skipped" if number == 2 else "failed", endless if number == 2 else None)
        info = replace(
            one.info,
            path=path(f"{'p' * 200}<b>.py"),
            branch_labels=(endless,),
            down_revisions=ids[number - 1 : number] if number else (),
        )
        statement = Statement(endless, 3, 0.5, length * 2)
        results.append(
            replace(
                one,
                info=info,
                ran=(("upgrade", (statement,)),),
                changes_count=2,
                changes=(
                    added("table", endless, endless),
                    changed("column", HOSTILE, endless, endless, endless.replace("second", "other")),
                ),
            )
        )
    rows = (
        FindingRow(
            endless,
            ((endless, endless), ("b", None), ("c", HOSTILE)),
            ((endless, HOSTILE), ("b", "2")),
            endless,
        ),
    )
    found = tuple(
        finding(
            revision=id_,
            message=endless,
            remedy=endless,
            path=path(f"{HOSTILE}.py"),
            rows=rows,
            concerns=f"{n}{HOSTILE}",
            error=broken().findings[4].error
            and replace(broken().findings[4].error, message=endless, statement=endless, type=HOSTILE),
            differences=(
                changed("table", endless, HOSTILE, endless, HOSTILE),
                added("view", HOSTILE, endless),
            ),
        )
        for n, id_ in enumerate((*ids, None))
    )
    return report(
        revisions=tuple(results),
        findings=found,
        suppressed=(Suppressed(found[0], endless, "inline"),),
        skipped=(Skip("MC401", ids[0], endless),),
        notes=(endless,),
        heads=(ids[2],),
        bases=(ids[0],),
        exit_code=1,
    )
