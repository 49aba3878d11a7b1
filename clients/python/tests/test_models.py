"""Answers are read leniently, times as times."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from galley.errors import FieldError
from galley.models import Agent, AuditEntry, Key, Person, Report, Run, Session, TimelineEvent, Version
from galley.parse import moment
from samples import PERSON, agent, draft, receipt, run, session, version


def test_fields_of_a_newer_server_are_kept_and_break_nothing() -> None:
    found = Agent.parse(agent(shiny={"new": 1}, draft=draft(7, also="new"), live=version(2, live=True)))
    assert found.raw["shiny"] == {"new": 1}
    assert found.draft is not None
    assert found.live is not None
    assert (found.draft.number, found.draft.config, found.live.version, found.live.live) == (7, None, 2, True)
    assert (found.owner, found.tags) == (Person(PERSON["id"], "Mara"), ("support",))
    assert found == Agent.parse(agent(draft=draft(7), live=version(2, live=True)))
    with pytest.raises(AttributeError):
        found.name = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=timezone.utc)),
        ("2026-11-01T10:00:00.5Z", datetime(2026, 11, 1, 10, 0, 0, 500_000, tzinfo=timezone.utc)),
        ("2026-11-01T10:00:00.123456789Z", datetime(2026, 11, 1, 10, 0, 0, 123_456, tzinfo=timezone.utc)),
        ("2026-11-01t10:00:00.1234z", datetime(2026, 11, 1, 10, 0, 0, 123_400, tzinfo=timezone.utc)),
        ("2026-11-01T12:00:00+02:00", datetime(2026, 11, 1, 12, tzinfo=timezone(timedelta(hours=2)))),
    ],
)
def test_times_have_a_zone(text: str, expected: datetime) -> None:
    assert moment(text) == expected
    assert moment(text).tzinfo is not None


def test_the_report_reads_what_blocks_and_what_warns() -> None:
    report = Report.parse(
        {
            "will_say": ["Greets with: Hi"],
            "data_egress": [{"skill": "Lookup", "fields": ["email"], "host": "api.test", "new": True}],
            "warnings": ["No model serves this.", {"message": "Greeting in another language."}],
            "blocking": [{"field": "instructions", "message": "Required"}],
            "diff": [{"field": "greeting", "kind": "added", "before": None, "after": "Hi"}],
            "config_hash": "h",
        }
    )
    assert report.blocking == (FieldError("instructions", "Required"),)
    assert report.warnings == ("No model serves this.", "Greeting in another language.")
    assert (report.data_egress[0].host, report.data_egress[0].new) == ("api.test", True)
    assert report.diff[0].after == "Hi"
    assert Report.parse({"diff": {"changes": [{"field": "model", "kind": "changed"}]}}).diff[0].field == "model"
    assert Report.parse({}).blocking == ()


def test_a_run_that_was_just_made_says_less() -> None:
    found = Run.parse({"id": "r", "status": "pending", "revision_id": "x"})
    assert (found.finished, found.receipt, found.created_at) == (False, None, None)
    for status, finished in [("running", False), ("done", True), ("error", True), ("cancelled", True)]:
        assert Run.parse(run(status)).finished is finished


def test_a_receipt_says_what_answered() -> None:
    found = Session.parse(session(receipt=receipt(version=None, draft_number=12, reason="draft"))).receipt
    assert found is not None
    assert (found.version, found.draft_number, found.reason) == (None, 12, "draft")


def test_the_other_rows() -> None:
    at = "2026-11-01T10:00:00Z"
    event = TimelineEvent.parse({"id": "e", "kind": "rollback", "version": 1, "previous_version": 2, "at": at})
    assert (event.kind, event.version, event.previous_version, event.by) == ("rollback", 1, 2, None)
    key = Key.parse({"id": "k", "name": "CI", "prefix": "gk_live_ab", "scopes": ["chat"], "expires_at": at})
    assert (key.prefix, key.scopes, key.expires_at, key.revoked_at) == ("gk_live_ab", ("chat",), moment(at), None)
    entry = AuditEntry.parse({"id": "a", "act": "publish", "actor": PERSON["id"], "at": at, "detail": {"version": 1}})
    assert (entry.actor, entry.detail) == (Person(PERSON["id"], ""), {"version": 1})
    assert Version.parse(version(1, deleted_at=at)).deleted_at == moment(at)
