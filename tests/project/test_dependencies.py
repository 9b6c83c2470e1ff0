"""Which revisions a changed file concerns."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.project.dependencies import touched

FILES = {
    "versions/a.py": "import sqlalchemy, json\n",
    "versions/b.py": "from app.models import User\n",
    "versions/c.py": "def upgrade():\n    from app import views\n",
    "versions/d.py": "from pathlib import Path\nTEXT = Path(__file__).with_name('d_view.sql').read_text()\n",
    "versions/e.py": "from app.models import *\nimport broken_import_of_something_not_there\n",
    "versions/d_view.sql": "SELECT 1",
    "versions/broken.py": "def (",
    "env.py": "import app.models\n",
    "app/__init__.py": "",
    "app/base.py": "Base = object\n",
    "app/models/__init__.py": "from ..base import Base\nfrom .user import User\n",
    "app/models/user.py": "from .. import base\n",
    "app/views.py": "",
    "app/unused.py": "",
    "venv/lib/site-packages/sqlalchemy/__init__.py": "",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("versions/a.py", "a"),
        ("versions/broken.py", "broken"),
        ("app/models/user.py", "b e"),
        ("app/base.py", "b e"),
        ("app/__init__.py", "b c e"),
        ("app/views.py", "c"),
        ("app/unused.py", ""),
        ("versions/d_view.sql", "d"),
        ("venv/lib/site-packages/sqlalchemy/__init__.py", ""),
        ("env.py", "a b broken c d e"),
        ("README.md", ""),
        ("", ""),
    ],
)
def test_a_file_concerns_the_revisions_that_import_or_name_it(
    project: Path, changed: str, expected: str
) -> None:
    revisions = {path.stem: str(path) for path in (project / "versions").glob("*.py")}
    files = frozenset({str(project / changed)} if changed else ())
    path = (str(project), str(project / "venv/lib/site-packages"))
    found = touched(revisions, str(project / "env.py"), files, path)
    assert sorted(found) == expected.split()
