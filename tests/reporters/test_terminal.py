"""--format terminal: readable, calm, and safe whatever a migration calls its tables."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.model import Difference, DifferenceClass, DifferenceKind, FindingError, Report, Severity, Skip
from migcheck.reporters.base import Presentation
from migcheck.reporters.terminal import TerminalReporter
from tests.reporters.reports import FOLDER, FUNCTION, broken, changed, finding, path, removed, report, result

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def rendered(of: Report, **presentation: int) -> str:
    return TerminalReporter().render(of, Presentation(folder=Path(FOLDER), **presentation))


def test_a_clean_report_is_one_line() -> None:
    assert rendered(report()) == (
        "2 revisions verified on PostgreSQL 18.4 (embedded) in 3.2 s: no errors, no warnings\n"
    )


def test_a_finding_in_full() -> None:
    index = removed("index", "public.ix", "CREATE INDEX ix ON public.orders USING btree (status)")
    assert rendered(report(findings=(finding(differences=(index,)),))) == (
        "b2  add orders\n"
        "\n"
        "error[MC204] not-reversible: index ix_orders_status on orders is missing after the downgrade\n"
        "  --> migrations/versions/b2.py:31\n"
        "   |\n"
        "   | --- before the upgrade  +++ after the downgrade\n"
        "   | - CREATE INDEX ix ON public.orders USING btree (status)\n"
        "   |\n"
        "   = help: In downgrade():\n"
        '           op.create_index("ix_orders_status", "orders", ["status"])\n'
        "   = note: `migcheck checks MC204` says why this matters and how to acknowledge it\n"
        "\n"
        "2 revisions verified on PostgreSQL 18.4 (embedded) in 3.2 s: 1 error\n"
    )


def test_order_of_the_parts() -> None:
    text = rendered(broken())
    parts = [
        "b2  add orders",
        "c3  orders have a status",
        "error[MC204] not-reversible: enum type",
        "error[MC205]",
        "d4  moods and an audit trail",
        "error[MC202]",
        "warning[MC211]",
        "the history as a whole",
        "error[MC101]",
        "info[MC209]",
        "info[MC210]",
        "skipped\n",
        "note: env.py calls",
        "4 of 6 revisions verified on PostgreSQL 18.4 (embedded) in 3.2 s: "
        "6 errors, 1 warning, 2 info, 1 acknowledged\n",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert text.endswith(parts[-1])
    assert "rebuilt nightly" not in text
    assert "inline: rebuilt nightly" in rendered(broken(), verbose=1)


def test_skips_share_their_reason() -> None:
    text = rendered(broken())
    assert "  revisions e5, f6: the upgrade of d4 fails\n" in text
    assert "  MC204, MC205 of revision a1: it is irreversible\n" in text
    assert "  MC401: env.py sets no target_metadata\n" in text
    assert text.count("the upgrade of d4 fails") == 1
    many = tuple(Skip("MC205", f"r{n}", "no downgrade") for n in range(9))
    assert "MC205 of revisions r0, r1, r2, r3 and 5 more: no downgrade" in rendered(report(skipped=many))
    assert "r8: no downgrade" in rendered(report(skipped=many), verbose=1)


def test_a_long_definition_is_trimmed_and_v_shows_all() -> None:
    text = rendered(broken())
    assert "   |   ... 20 more lines, -v shows all\n" in text
    assert "c29 text" not in text
    assert "c29 text" in rendered(broken(), verbose=1)


def test_a_changed_function_shows_the_lines_that_changed() -> None:
    difference = changed(
        "function", "public.total(bigint)", "text", FUNCTION, FUNCTION.replace("quantity", "amount")
    )
    text = rendered(report(findings=(finding(differences=(difference,)),)))
    assert "   | function public.total(bigint): text\n" in text
    assert "   | -     SELECT sum(price * quantity)\n   | +     SELECT sum(price * amount)\n" in text
    assert "CREATE OR REPLACE" not in text


def test_many_differences_are_counted() -> None:
    differences = tuple(removed("index", f"public.ix{n}", f"CREATE INDEX ix{n}") for n in range(12))
    text = rendered(report(findings=(finding(differences=differences),)))
    assert text.count("CREATE INDEX") == 5
    assert "... 7 more differences, -v shows all" in text
    assert (
        rendered(report(findings=(finding(differences=differences),)), verbose=1).count("CREATE INDEX") == 12
    )


def test_cosmetic_differences_are_shown_with_v_only() -> None:
    cosmetic = Difference(
        "column",
        "public.t.c",
        DifferenceKind.CHANGED,
        "default",
        "'q'",
        "'q'::text",
        DifferenceClass.COSMETIC,
    )
    of = report(
        findings=(finding(severity=Severity.INFO, message="same in other words", differences=(cosmetic,)),)
    )
    assert "same in other words" not in rendered(of)
    assert "same in other words" in rendered(of, verbose=1)
    worse = report(findings=(finding(differences=(cosmetic, removed("index", "i", "CREATE INDEX i"))),))
    assert "'q'::text" not in rendered(worse)
    assert "column public.t.c: default (cosmetic)" in rendered(worse, verbose=1)


def test_an_error_shows_statement_and_words_and_with_v_the_traceback() -> None:
    text = rendered(broken())
    assert (
        "   | DROP TYPE mood\n   | psycopg.errors.DependentObjectsStillExist (SQLSTATE 2BP01): cannot drop"
        in text
    )
    assert "   | HINT:  Use DROP ... CASCADE" in text
    assert "Traceback" not in text
    assert 'File "d4.py", line 40' in rendered(broken(), verbose=1)
    said = FindingError("builtins.KeyError", "'x'", traceback="")
    once = rendered(report(findings=(finding(message="upgrade() fails: KeyError: 'x'", error=said),)))
    assert once.count("KeyError") == 1


def test_how_a_check_is_explained_is_said_once() -> None:
    assert rendered(broken()).count("`migcheck checks MC204`") == 1


def test_quiet_is_a_line_for_each_finding_and_very_quiet_is_nothing() -> None:
    lines = rendered(broken(), quiet=1).splitlines()
    assert len(lines) == len(broken().findings) + 2
    assert lines[1] == (
        "migrations/versions/b2.py:31: error[MC204] index ix_orders_status on orders is missing "
        "after the downgrade"
    )
    assert rendered(broken(), quiet=2) == ""


def test_nothing_verified_is_said_and_is_no_success() -> None:
    none = rendered(report(revisions=()))
    assert none.startswith("no revision was verified on PostgreSQL")
    skipped = report(revisions=(result("a1", "x", "skipped", "not in the range"),))
    assert "no revision was verified" in rendered(skipped)
    assert "32m" not in rendered(skipped, color=True)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_lines_fit_the_terminal(width: int) -> None:
    lines = rendered(broken(), width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_colours_add_nothing_but_colour() -> None:
    colored = rendered(broken(), width=80, color=1)
    assert "\x1b[1;31merror[MC204]" in colored.replace("\x1b[1m\x1b[31m", "\x1b[1;31m")
    assert ANSI.sub("", colored) == rendered(broken(), width=80)


def test_piped_text_is_not_wrapped() -> None:
    message = "word " * 60
    assert f"not-reversible: {message.strip()}\n" in rendered(report(findings=(finding(message=message),)))


@pytest.mark.parametrize("verbose", [0, 1])
def test_hostile_names_stay_text(verbose: int) -> None:
    name = "public.[red]x[/red]|y\x1b[2J\n\u202e`rm`"
    of = report(
        findings=(finding(message=f"table {name} is gone", differences=(removed("table", name, name),)),),
        revisions=(result("b2", name),),
    )
    text = rendered(of, verbose=verbose, width=80, color=1)
    assert "[red]x[/red]|y\\x1b[2J" in ANSI.sub("", text)
    assert "\x1b[2J" not in text
    assert "\u202e" not in text


def test_sixty_thousand_characters_are_cut_and_counted() -> None:
    long = "x" * 60_000
    of = report(
        findings=(
            finding(
                message=long, remedy="r", differences=(changed("table", long, "text", long, long + "y"),)
            ),
        ),
        revisions=(result("b2", long),),
        notes=(long,),
    )
    text = rendered(of, width=80)
    assert len(text) < 5_000
    assert "more characters)" in text
    assert len(rendered(of, verbose=1)) > 120_000


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=80), width=st.sampled_from([40, 80, 1_000_000]), verbose=st.integers(0, 1))
def test_no_control_character_ever_gets_out(text: str, width: int, verbose: int) -> None:
    error = FindingError(text, text, text, text, text)
    findings = (
        finding(
            name=text, message=text, remedy=text, path=path(text.replace("\0", "")), error=error,
            differences=(changed("table", text, text, text, text + "x"), removed(text, text, text)),
        ),
        finding("MC210", severity=Severity.INFO, message=text, revision=None),
    )  # fmt: skip
    of = report(
        findings=findings, revisions=(result("b2", text),), notes=(text,), skipped=(Skip("MC1", text, text),)
    )
    for color in (0, 1):
        shown = ANSI.sub("", rendered(of, width=width, verbose=verbose, color=color))
        assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in shown)


def test_more_findings_than_a_person_reads_are_shown_by_check() -> None:
    """The gravest first; one in full, some in a line, all of them counted; -v has all as ever."""
    names = [f"r{number:03}" for number in range(200)]
    left = [finding("MC204", revision=name, message=f"index ix_{name} is left") for name in names[:30]]
    warned = [
        finding("MC302", name="rows-lost", revision=name, severity=Severity.WARNING, message="gone")
        for name in names[:9]
    ]
    stops = finding("MC301", name="fails-on-rows", revision="r199", message="a row\n\x1b[31m" + "x" * 200)
    many = report(
        revisions=tuple(result(name, "") for name in names), findings=(*left, *warned, stops), exit_code=1
    )
    text = TerminalReporter().render(many, Presentation(Path(FOLDER), width=120))
    headings = [line for line in text.splitlines() if re.match(r"MC\d+ ", line)]
    assert headings == [
        "MC301 fails-on-rows: 1 finding",
        "MC204 not-reversible: 30 findings in 30 revisions",
        "MC302 rows-lost: 9 findings in 9 revisions",
    ]
    assert text.count("error[MC204]") == 1
    assert "index ix_r008 is left" in text and "index ix_r009" not in text
    assert "... 21 more MC204s" in text
    assert len(text.splitlines()) < 80
    assert "\x1b" not in text
    in_full = TerminalReporter().render(many, Presentation(Path(FOLDER), verbose=1))
    assert in_full.count("error[MC204]") == 30
    few = TerminalReporter().render(report(findings=tuple(left[:20])), Presentation(Path(FOLDER)))
    assert few.count("error[MC204]") == 20
