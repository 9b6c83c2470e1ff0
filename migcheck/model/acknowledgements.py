"""What somebody answers for: comments in revision files, and findings that a baseline knows already."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One `# migcheck: ...` comment.

    `directive` is `ignore` or `irreversible`, or the unknown word that stands there. `codes` are as
    written, in upper case. `lines` are the first and last line (1-based) of the statement that the
    comment belongs to, None when it holds for the whole revision. `unused` are the codes that
    nothing needed, `unknown` those that no check has, each with the nearest known code (or "").
    """

    revision: str | None
    path: str
    line: int
    directive: str
    codes: tuple[str, ...]
    reason: str
    lines: tuple[int, int] | None = None
    unused: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """One known finding of a baseline: see `Finding.fingerprint`.

    It holds up to and including the day `expires` (`2027-05-31`; None: for ever). `path` and `line` (1-based)
    are its own place in the baseline. `unused` says that nothing needs it any more.
    """

    fingerprint: str
    code: str
    revision: str | None
    message: str
    reason: str
    expires: str | None
    path: str = ""
    line: int | None = None
    unused: bool = False
