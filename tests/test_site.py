"""The documentation as a site: it builds without a warning, and what is generated in it is up to date."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


def build(config: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """mkdocs as `make docs` runs it."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--config-file",
            str(config),
            "--site-dir",
            str(site),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"NO_MKDOCS_2_WARNING": "1", "PATH": "/usr/bin:/bin"},
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT / "mkdocs.yml", folder)
    # Strict: a page outside the navigation, a dead link or anchor ends the build.
    assert done.returncode == 0, done.stderr
    return folder


def test_pages_of_the_root_are_on_the_site(site: Path) -> None:
    for name in ("readme", "changelog", "contributing"):
        assert "<h1" in (site / f"{name}.html").read_text(encoding="utf-8")


def test_links_and_images_lead_to_files_of_the_site(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    missing = []
    for page in pages:
        if page.name == "404.html":  # its links are those of a server's root
            continue
        content = page.read_text(encoding="utf-8")
        for target in re.findall(r'<(?:a|img|link|script)\b[^>]*? (?:href|src)="([^"#?]+)', content):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                missing.append(f"{page.relative_to(site)}: {target}")
    assert missing == []


def test_the_site_fetches_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        content = page.read_text(encoding="utf-8")
        assert re.findall(r'<(?:img|link|script)\b[^>]*? (?:href|src)="((?:https?:)?//[^"]+)', content) == []


def test_a_dead_anchor_ends_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# One\n\n[two](#two)\n", encoding="utf-8")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = config[: config.index("nav:\n  - Start")].replace("hooks:\n  - docs/site_hook.py\n", "")
    (tmp_path / "mkdocs.yml").write_text(config, encoding="utf-8")
    done = build(tmp_path / "mkdocs.yml", tmp_path / "site")
    assert done.returncode != 0
    assert "#two" in done.stderr


def reference() -> ModuleType:
    """docs/reference.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_up_to_date() -> None:
    for path, text in reference().pages().items():
        # Where click breaks a line differs from version to version.
        assert path.read_text(encoding="utf-8").split() == text.split(), f"{path.name}: run `make docs`"


def test_every_key_of_the_schema_is_described() -> None:
    page = reference().json_schema()
    assert re.findall(r"^\|.*\|  \|$", page, re.MULTILINE) == []
    schema = json.loads(reference().SCHEMA.read_text(encoding="utf-8"))
    for definition in (schema, *schema["$defs"].values()):
        for key in definition.get("properties", ()):
            assert re.search(rf"^\| \*?`{key}`\*? \|", page, re.MULTILINE), key


def test_defaults_of_settings_are_those_documented() -> None:
    from migcheck import Settings

    # Tests put in no rows unless they ask for some.
    defaults = {field.name: field.default for field in fields(Settings)} | {"seed_rows": 5}
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    told = 0
    for line in page[: page.index("## ")].splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 5 or not re.fullmatch(r"`[^`]+`", cells[3]):
            continue
        value, default = json.loads(cells[3].strip("`")), defaults[cells[1].strip("`")]
        default = list(default) if isinstance(default, tuple) else default
        same = {"auto": None} if cells[1] == "`color`" else {}
        assert default in (value, [value], same.get(str(value), value)) or (value == {} and default == []), (
            line
        )
        told += 1
    assert told > 20
