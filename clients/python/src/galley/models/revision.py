"""Revisions: saves and releases in one list, as a history reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .draft import Draft
from .person import Person
from .raw import Raw, raw_field
from .version import Version

RevisionStatus = Literal["draft", "published", "previous", "deleted"]


@dataclass(frozen=True)
class Revision:
    """A save that was not released, or a release. Its id goes wherever a `revision_id` does."""

    id: str
    status: RevisionStatus
    """`draft`: a save; `published`: the release that is live; `previous`: another one; `deleted`: its tombstone."""
    created_at: datetime
    created_by: Person | None
    version: int | None
    """The release's number; `None` of a save."""
    draft_number: int | None
    """The save's number; of a release, that of the save it froze."""
    note: str
    config_hash: str
    raw: Raw = raw_field()

    @classmethod
    def of_draft(cls, draft: Draft) -> Revision:
        """Make one of a save."""
        return cls(
            id=draft.revision_id,
            status="draft",
            created_at=draft.saved_at,
            created_by=draft.saved_by,
            version=None,
            draft_number=draft.number,
            note="",
            config_hash=draft.config_hash,
            raw=draft.raw,
        )

    @classmethod
    def of_version(cls, version: Version) -> Revision:
        """Make one of a release."""
        status: RevisionStatus = "published" if version.live else "previous"
        return cls(
            id=version.id,
            status="deleted" if version.deleted_at else status,
            created_at=version.published_at,
            created_by=version.published_by,
            version=version.version,
            draft_number=version.draft_number,
            note=version.note,
            config_hash=version.config_hash,
            raw=version.raw,
        )
