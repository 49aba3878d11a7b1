"""What the server answers with, as frozen dataclasses: one noun per file.

Each has `raw`, the JSON as it came, for fields that this package does not know yet. To add one: a file with a
dataclass and its `parse`, and a line below.
"""

from .agent import Agent
from .audit import AuditEntry
from .change import Change, Diff
from .draft import Draft
from .key import Key
from .message import Message
from .model import Model
from .person import Person
from .receipt import Receipt
from .report import Egress, Report
from .revision import Revision, RevisionStatus
from .run import Run
from .session import Session
from .timeline import TimelineEvent
from .version import Version

__all__ = [
    "Agent",
    "AuditEntry",
    "Change",
    "Diff",
    "Draft",
    "Egress",
    "Key",
    "Message",
    "Model",
    "Person",
    "Receipt",
    "Report",
    "Revision",
    "RevisionStatus",
    "Run",
    "Session",
    "TimelineEvent",
    "Version",
]
