"""The nouns of migcheck: frozen data that the walk records, the checks judge and the reporters show.

Nothing here imports anything but the standard library, so evidence can be made by hand in a test,
pickled to another process and judged without a database.
"""

from migcheck.model.acknowledgements import Acknowledgement, BaselineEntry
from migcheck.model.differences import AS_IT_CAME, Difference, DifferenceClass, DifferenceKind
from migcheck.model.evidence import (
    Drift,
    Evidence,
    History,
    Idempotence,
    Leak,
    Level,
    OneShot,
    Problem,
    RevisionEvidence,
    RevisionInfo,
    Statement,
    Step,
    StepError,
    WayDown,
)
from migcheck.model.project import ProjectSpec
from migcheck.model.report import (
    Finding,
    FindingError,
    FindingRow,
    Report,
    RevisionResult,
    Severity,
    Skip,
    Suppressed,
    Target,
)
from migcheck.model.server import ServerAddress
from migcheck.model.snapshot import ObjectKey, Snapshot, SnapshotFile
from migcheck.model.state import State

__all__ = [
    "AS_IT_CAME",
    "Acknowledgement",
    "BaselineEntry",
    "Difference",
    "DifferenceClass",
    "DifferenceKind",
    "Drift",
    "Evidence",
    "Finding",
    "FindingError",
    "FindingRow",
    "History",
    "Idempotence",
    "Leak",
    "Level",
    "ObjectKey",
    "OneShot",
    "Problem",
    "ProjectSpec",
    "Report",
    "RevisionEvidence",
    "RevisionInfo",
    "RevisionResult",
    "ServerAddress",
    "Severity",
    "Skip",
    "Snapshot",
    "SnapshotFile",
    "State",
    "Statement",
    "Step",
    "StepError",
    "Suppressed",
    "Target",
    "WayDown",
]
