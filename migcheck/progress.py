"""What a run tells whoever watches it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each stage of a run, in the order of the methods; `revision` and `note` repeat.

    A reporter shows it as a bar. Nothing may raise: watching must never end a run.
    """

    def history(self, total: int) -> None:
        """The history is read: `total` revisions will be walked."""

    def revision(self, revision: str, doc: str, number: int) -> None:
        """The walk begins `revision`, the `number`th (from 1) of the total."""

    def note(self, text: str) -> None:
        """Something else is being done now, or is worth saying while it is."""

    def done(self) -> None:
        """The run is over, well or not; called once, also when an exception is on its way."""


class Silent:
    """The Progress of a run that nobody watches."""

    def history(self, total: int) -> None:
        """Nothing is shown."""

    def revision(self, revision: str, doc: str, number: int) -> None:
        """Nothing is shown."""

    def note(self, text: str) -> None:
        """Nothing is shown."""

    def done(self) -> None:
        """Nothing is shown."""
