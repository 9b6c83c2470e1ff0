"""What a sweep may remove, and what it must never touch."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migcheck.errors import ProviderError
from migcheck.providers import directories
from migcheck.providers.account import Account, server_account

NAME = "migcheck-0123456789ab"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder for temporary files."""
    monkeypatch.setattr(directories, "places", lambda: [tmp_path])
    return tmp_path


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with us."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def left_behind(place: Path, name: str = NAME) -> Path:
    """A directory of ours whose run is dead."""
    path = place / name
    (path / "data").mkdir(parents=True)
    (path / directories.LOCK).touch()
    return path


def ourselves() -> Account:
    return Account("", os.geteuid(), os.getegid(), switch=False)


def test_left_behind_goes(place: Path) -> None:
    path = left_behind(place)
    directories.sweep()
    assert not path.exists()


def test_whoever_is_locked_stays(place: Path) -> None:
    path = left_behind(place)
    with (path / directories.LOCK).open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        directories.sweep()
        assert path.exists()
    directories.sweep()
    assert not path.exists()


@pytest.mark.parametrize("name", ["migcheck", "migcheck-notes", "migcheck-0123456789abc", "x-0123456789ab"])
def test_other_names_stay(place: Path, name: str) -> None:
    path = left_behind(place, name)
    directories.sweep()
    assert path.exists()


def test_a_folder_of_our_name_without_our_lock_stays(place: Path) -> None:
    path = place / NAME
    path.mkdir()
    (path / "thesis.txt").write_text("years of work")
    old = time.time() - 86400
    os.utime(path, (old, old))
    directories.sweep()
    assert (path / "thesis.txt").exists()


def test_an_empty_one_goes_when_it_is_old(place: Path) -> None:
    path = place / NAME
    path.mkdir()
    directories.sweep()
    assert path.exists()
    old = time.time() - 3600
    os.utime(path, (old, old))
    directories.sweep()
    assert not path.exists()


def test_links_are_not_followed(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = left_behind(tmp_path_factory.mktemp("elsewhere"), "precious")
    (place / NAME).symlink_to(elsewhere)
    inside = left_behind(place, "migcheck-ba9876543210")
    (inside / "link").symlink_to(elsewhere)
    directories.sweep()
    assert elsewhere.is_dir()
    assert (place / NAME).is_symlink()
    assert not inside.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make other users' files")
def test_other_users_stay(place: Path) -> None:
    path = left_behind(place)
    os.chown(path, 65534, 65534)
    directories.sweep()
    assert path.exists()


def test_a_process_that_only_has_the_servers_number_stays(
    place: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    """After a restart of the machine a number in postmaster.pid is anybody's."""
    path = left_behind(place)
    (path / "data/postmaster.pid").write_text(f"{sleeper.pid}\n{path}/data\n0\n5432\n{path}\n\n  1  1\n")
    directories.sweep()
    assert not path.exists()
    assert sleeper.poll() is None


@pytest.mark.parametrize("text", ["", "\n", "garbage\n", "0\n", "-1\n", "99999999999\n", "1\n"])
def test_a_postmaster_pid_that_makes_no_sense(place: Path, text: str) -> None:
    path = left_behind(place)
    (path / "data/postmaster.pid").write_text(text)
    directories.sweep()
    assert not path.exists()


def test_announced_before_made(place: Path) -> None:
    announced: list[tuple[Path, bool]] = []
    made = directories.make_for_data(ourselves(), lambda path: announced.append((path, path.exists())))
    assert announced == [(made.path, False)]
    assert made.path.stat().st_mode & 0o777 == 0o700
    directories.sweep()
    assert made.path.exists()
    made.release()
    assert not made.path.exists()


def test_a_full_disk_is_passed_over(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "_has_room", lambda place: False)
    with pytest.raises(ProviderError, match=r"none of .* with 200 MB free") as caught:
        directories.make_for_data(ourselves(), lambda path: None)
    assert str(place) in caught.value.message
    assert "TMPDIR" in (caught.value.hint or "")


def test_who_may_enter() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _who_may_enter(Path(folder))


def _who_may_enter(folder: Path) -> None:
    other = Account("other", 54321, 54321, switch=True)
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    assert not other.may_enter(inner)
    folder.chmod(0o711)
    assert other.may_enter(inner)
    (folder / "a").chmod(0o700)
    assert not other.may_enter(inner)
    assert ourselves().may_enter(inner)
    (folder / "a").chmod(0o755)
    file = inner / "file"
    file.touch(mode=0o600)
    assert not other.may_read(file)
    file.chmod(0o644)
    assert other.may_read(file)
    inner.chmod(0o705)
    assert other.may_enter(inner)
    assert not Account("group", 54321, inner.stat().st_gid, switch=True).may_enter(inner)


def test_the_server_never_runs_as_root() -> None:
    account = server_account()
    assert account.uid != 0
    assert account.switch == (os.geteuid() == 0)
