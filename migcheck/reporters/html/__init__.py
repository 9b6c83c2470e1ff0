"""`--format html`: one self-contained file for people: nothing is fetched, nothing runs but its own script.

Python writes the report of `migcheck.reporters.json` into the page as data, and what a reader without
JavaScript needs; `script/` shows the rest. Its files are joined in the order of their names.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migcheck.model import Report
from migcheck.reporters.base import Presentation
from migcheck.reporters.json import to_json
from migcheck.reporters.printable import one_line, printable
from migcheck.reporters.wording import CODE_BEGINS, MOMENTS

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).parent
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


class HtmlReporter:
    """One HTML document, in UTF-8; the same report gives the same bytes."""

    name = "html"

    def render(self, report: Report, presentation: Presentation) -> str:
        """The document as text."""
        document = to_json(report, presentation.folder)
        verdict = _verdict(document)
        style = _joined("style", ".css")
        script = f'"use strict";\n(() => {{\n{_joined("script", ".js")}}})();\n'
        data = {
            "report": document,
            "verdict": verdict,
            "checks": _checks(document),
            "moments": MOMENTS,
            "codeBegins": CODE_BEGINS,
        }
        return _template().render(
            document=document,
            verdict=verdict["text"],
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
            data=embedded(data),
        )


def embedded(data: Mapping[str, Any]) -> str:
    """`data` as JSON that can stand in a script element: nothing in it ends the element or begins another."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for character, escape in _UNSAFE.items():
        text = text.replace(character, escape)
    return text


def _joined(folder: str, suffix: str) -> str:
    files = sorted((_HERE / folder).glob(f"*{suffix}"))
    return "".join(file.read_text("utf-8") for file in files)


def _hash(text: str) -> str:
    """What the page's policy names a script or a style by (Content Security Policy Level 3, 2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _template() -> Template:
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(line=one_line, shown=printable)
    return environment.from_string((_HERE / "page.html.jinja").read_text("utf-8"))


def _verdict(document: Mapping[str, Any]) -> dict[str, str]:
    """What came of it in a few words, and whether that is `good`, `fair` or `bad`."""
    statuses = [revision["status"] for revision in document["revisions"]]
    failed, passed, all_ = statuses.count("failed"), statuses.count("passed"), len(statuses)
    if failed:
        text = f"{failed} of {all_} revision{'s' if all_ != 1 else ''} failed"
    elif not passed:
        text = "No revision was verified"
    elif document["exit_code"]:
        text = "Every revision passed by itself, the history as a whole did not"
    else:
        text = f"{passed} of {all_} revision{'s' if all_ != 1 else ''} passed"
    tone = "bad" if document["exit_code"] else "fair" if failed or not passed else "good"
    return {"text": text, "tone": tone}


def _checks(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What the checks that found something prove, and why it matters."""
    from migcheck.checks import catalogue

    found = {finding["code"] for finding in (*document["findings"], *document["suppressed"])}
    return {
        check.code: {"proves": " ".join(check.proves.split()), "why": " ".join(check.why.split())}
        for check in catalogue()
        if check.code in found
    }
