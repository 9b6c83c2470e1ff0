"""Text from elsewhere is made safe, and everything in a report has its place."""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from migcheck.reporters.order import Order, relative
from migcheck.reporters.printable import encodable, one_line, printable
from tests.reporters.reports import finding, removed, report, result


@given(st.text())
def test_printable_leaves_nothing_that_drives_a_terminal(text: str) -> None:
    safe = printable(text)
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in safe)
    assert printable(safe) == safe


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


def test_what_is_escaped_and_what_is_not() -> None:
    assert printable("a\x1b[31mb\u202ec\td\r\ne") == "a\\x1b[31mb\\u202ec    d\ne"
    assert printable("caf\u00e9 \u6f22\u5b57 [red] \U0001f469\u200d\U0001f4bb") == (
        "caf\u00e9 \u6f22\u5b57 [red] \U0001f469\u200d\U0001f4bb"
    )
    assert printable("\udc80") == "\\udc80"
    assert one_line("  a\n\n b\x00") == "a b\\x00"


def test_encodable_escapes_what_the_stream_cannot_hold() -> None:
    assert encodable("caf\u00e9 \u6f22", "latin-1") == "caf\u00e9 \\u6f22"
    assert encodable("caf\u00e9", None) == "caf\\xe9"
    assert encodable("caf\u00e9", "no-such-encoding") == "caf\\xe9"


def test_findings_come_by_revision_code_and_object() -> None:
    revisions = (result("zz", "first"), result("aa", "second"))
    expected = [
        finding("MC204", revision="zz", differences=(removed("index", "a", "x"),)),
        finding("MC204", revision="zz", differences=(removed("index", "b", "x"),)),
        finding("MC205", revision="zz"),
        finding("MC103", revision="aa"),
        finding("MC101", revision=None),
    ]
    order = Order(report(revisions=revisions))
    for shuffled in itertools.permutations(expected):
        assert order.findings(shuffled) == expected


def test_paths_are_relative_with_forward_slashes(tmp_path: Path) -> None:
    assert relative(str(tmp_path / "a" / "b.py"), tmp_path) == "a/b.py"
    assert relative(str(tmp_path / "b.py"), tmp_path / "c") == "../b.py"
    assert relative("alembic.ini", tmp_path) == "alembic.ini"
