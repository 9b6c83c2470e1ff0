"""Checks and providers that a distribution brings, or a module that the settings name: as users meet them.

The distribution is the one of docs/python-api.md, in a folder as pip installs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs import ROOT, blocks, files

PAGE = ROOT / "docs" / "python-api.md"


def install(site: Path, name: str, version: str, entry_points: str, modules: dict[str, str]) -> None:
    """What pip leaves of a distribution."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(entry_points)
    for file, text in modules.items():
        (site / file).write_text(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project."""
    return shutil.copytree(
        ROOT / "examples" / "shop", tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__")
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed distributions, with shop-checks in it."""
    pattern = r'\[project.entry-points."(migcheck.checks)"\]\n(\w+) = "(\w+)"'
    [(group, name, module)] = re.findall(pattern, PAGE.read_text("utf-8"))
    points = f"[{group}]\n{name} = {module}\n[migcheck.providers]\nshop = shop_servers\n"
    install(tmp_path / "site", "shop-checks", "1.0", points, files(PAGE))
    return tmp_path / "site"


def migcheck(folder: Path, *words: str, site: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command as it is installed: `python -m migcheck` could import from the working directory."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("migcheck")), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site) if site else "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_an_installed_distribution_brings_checks_and_providers(project: Path, site: Path) -> None:
    explained = migcheck(project, "checks", "SHOP001", site=site).stdout
    assert "The message of each revision begins with the ticket" in explained
    assert "shop-checks 1.0 (shop_checks:names_a_ticket)" in explained

    file = project / "migrations" / "versions" / "0001_customers_and_products.py"
    file.write_text(f"# migcheck: ignore[SHOP001] older than the rule\n{file.read_text()}")
    words = ("--database", "small:16", "--select", "shop", "--ignore", "SHOP002", "--fail-on", "warning")
    done = migcheck(project, "verify", *words, "--seed-rows", "0", "--format", "json", site=site)
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert {f["code"] for f in report["findings"]} == {"SHOP001"}
    assert [f["revision"] for f in report["findings"]] == ["0002", "0003", "0004", "0005"]
    suppressed = [(f["code"], f["revision"], f["by"]) for f in report["suppressed"]]
    assert suppressed == [("SHOP001", "0001", "inline"), ("SHOP002", "0004", "config")]
    assert report["target"]["provider"] == "small"
    assert report["target"]["server_version"].startswith("16")


def test_a_module_of_the_project_needs_no_distribution(project: Path) -> None:
    for name, text in files(PAGE).items():
        (project / name).write_text(text)
    [setting] = [text for text in blocks(PAGE, "toml") if "[tool.migcheck]" in text]
    (project / "pyproject.toml").write_text(setting)
    listed = migcheck(project, "checks").stdout
    assert [line.split()[0] for line in listed.splitlines()][-2:] == ["SHOP001", "SHOP002"]
    unknown = migcheck(project, "checks", "SHOP003")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "did you mean SHOP00" in unknown.stderr
    # Flags stand in the place of the settings file's list.
    (project / "pyproject.toml").write_text('[tool.migcheck]\nplugins = ["no_such"]\n')
    done = migcheck(project, "verify", "--plugin", "shop_servers", "--database", "smal")
    assert done.returncode == 2 and "Did you mean 'small'?" in done.stderr
    assert "no module 'no_such'" in migcheck(project, "doctor").stderr


@pytest.mark.parametrize(
    ("entry", "text", "said"),
    [
        ("acme", "import no_such_library", "cannot be loaded at {file}:1: ModuleNotFoundError"),
        ("acme", "raise SystemExit(0)", "cannot be loaded at {file}:1: SystemExit: 0"),
        ("acme", "def f(:", "cannot be loaded: SyntaxError"),
        ("acme:missing", "", "cannot be loaded"),
        ("nowhere", "", "cannot be loaded: ModuleNotFoundError: No module named 'nowhere'"),
        ("acme", "X = 1", "brings no check"),
        ("acme:X", "X = 1", "brings no check"),
    ],
)
def test_a_broken_distribution_is_named_and_help_goes_without(
    project: Path, tmp_path: Path, entry: str, text: str, said: str
) -> None:
    site = tmp_path / "site"
    install(site, "acme-rules", "2.1", f"[migcheck.checks]\nrules = {entry}\n", {"acme.py": text})
    done = migcheck(project, "verify", site=site)
    assert (done.returncode, done.stdout) == (3, "")
    first = done.stderr.splitlines()[0]
    assert first.startswith("error: the entry point 'rules' of acme-rules 2.1")
    assert said.format(file=site / "acme.py") in first
    assert "hint: " in done.stderr and "Traceback" not in done.stderr
    if entry == "nowhere":
        assert "Traceback" in migcheck(project, "verify", "-v", site=site).stderr
        assert migcheck(project, "--help", site=site).returncode == 0
        assert migcheck(project, "verify", "--help", site=site).returncode == 0


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("rulse", 2, "error: plugins: there is no module 'rulse'\nhint: did you mean rules?\n"),
        ("a-b", 2, "error: --plugin must be a list of modules"),
        ("rules.more", 3, "error: the module rules.more of the setting plugins cannot be loaded"),
        ("rules", 3, "error: the module rules of the setting plugins cannot be loaded at "),
    ],
)
def test_a_module_that_cannot_be_had_is_told(project: Path, name: str, code: int, said: str) -> None:
    (project / "rules.py").write_text("import migcheck\nmigcheck.verfy\n")
    done = migcheck(project, "verify", "--plugin", name)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(said)


def test_importing_migcheck_imports_nothing_of_it() -> None:
    code = "import migcheck, sys; print(*sorted(m for m in sys.modules if m.startswith('migcheck.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
