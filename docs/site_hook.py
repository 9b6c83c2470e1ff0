"""What the site needs besides the pages: those of the repository's root, and the list of the checks' pages.

A hook of mkdocs. Pages are written to be read in the repository, where links lead to files beside docs/, too.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
# Where they stand on the site.
_PAGES = {"README.md": "readme.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
_LINK = re.compile(
    r"(?P<text>\[(?:[^][]|\[[^][]*\])*\])\((?P<target>[^()\s]+)\)|(?P<source>src=\")(?P<file>[^\"]+)"
)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put a page for each check where the navigation says `checks/*`."""
    pages = [f"checks/{path.name}" for path in sorted((ROOT / "docs" / "checks").glob("MC*.md"))]
    for section in config.nav or []:
        for name, entries in section.items():
            if isinstance(entries, list) and "checks/*" in entries:
                section[name] = [entry for entry in entries if entry != "checks/*"] + pages
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the repository's root."""
    for name, place in _PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn links that lead out of docs/: to the site's own page, where it has one, else into their words."""
    place = page.file.src_uri
    origin = next((name for name, there in _PAGES.items() if there == place), f"docs/{place}")

    def turned(match: re.Match[str]) -> str:
        target = match["target"] or match["file"]
        found = _on_the_site(target, origin, place)
        if match["target"] is None:
            return f"{match['source']}{found or target}"
        return f"{match['text']}({found})" if found else match["text"][1:-1]

    parts, last = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [_LINK.sub(turned, markdown[last : fence.start()]), fence[0]]
        last = fence.end()
    return "".join([*parts, _LINK.sub(turned, markdown[last:])])


def _on_the_site(target: str, origin: str, place: str) -> str | None:
    """The link on the page `place` for `target`, a link of the repository's file `origin`, or None."""
    name, mark, anchor = target.partition("#")
    if "://" in target or not name:
        return target
    there = posixpath.normpath(posixpath.join(posixpath.dirname(origin), name))
    inside = _PAGES.get(there) or (there.removeprefix("docs/") if there.startswith("docs/") else None)
    if inside is None and (ROOT / there).exists():
        return None
    # What is nowhere stays as it is, for mkdocs to complain about.
    return posixpath.relpath(inside, posixpath.dirname(place) or ".") + mark + anchor if inside else target
