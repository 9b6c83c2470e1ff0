"""Content that wants to be more than text, for every format."""

from __future__ import annotations

from hypothesis import strategies as st

from migcheck.model import Finding, FindingError, FindingRow, Report, Severity, Skip, Suppressed
from tests.reporters.reports import changed, finding, path, removed, report, result

TEXTS = (
    "a|b||c",
    "'\"`",
    "<script>alert(1)</script>",
    "</details></summary><!-- -->",
    "\x1b[31mred\x1b[0m",
    "one\ntwo\r\nthree",
    "nul\0 and \ud800 alone, \ufffe, \uffff",
    "]]> &amp; &lt; <![CDATA[",
    "``` ```` `````\n```diff",
    "@everyone #1 GH-2 https://evil.example www.evil.example",
    "::error file=x::no %0A, and: 100%",
    "--> -- <!-- migcheck: other -->",
    "[link](javascript:alert(1)) ![image](x) **bold** _it_ ~~no~~ $x$",
    "\u202egnirts\u202c",
    "| | |\n|---|---|\n# heading",
    "",
    "x" * 60_000,
)
ANY = st.text(max_size=60) | st.sampled_from(TEXTS[:-1])


def hostile(text: str) -> Report:
    """A report that holds `text` wherever a migration can put something."""
    return report(
        revisions=(result(text or "a1", text), result("b2", text, "skipped", text)),
        findings=(
            found(text, Severity.ERROR),
            found(text, Severity.WARNING, code="MC302"),
            found(text, Severity.INFO, code="MC209", revision=None, path=None, line=None),
        ),
        suppressed=(Suppressed(found(text, Severity.ERROR), text, "inline"),),
        skipped=(Skip("MC401", None, text), Skip("MC204", text, text)),
        notes=(text,),
        exit_code=1,
    )


def found(text: str, severity: Severity, code: str = "MC204", **changes: object) -> Finding:
    """A finding with `text` in all of its parts."""
    fields: dict[str, object] = {
        "severity": severity,
        "revision": text or "a1",
        "message": text,
        "remedy": text,
        "path": path(text.replace("\0", "").replace("/", "")[:40] or "b2.py"),
        "differences": (removed("index", text, text), changed("table", text, text, text, text + "!")),
        "error": FindingError("x.Error", text, "42704", text),
        "rows": (FindingRow(text, ((text, text), ("id", None))), FindingRow(text, None, ((text, text),))),
        "targets": (text,),
        "concerns": text,
    }
    return finding(code, **{**fields, **changes})
