"""Events are read whole, wherever the network cut them."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from conftest import Connect
from galley import ConnectionFailed, Event, SessionEnded, UpstreamFailed
from galley.events import EventReader
from samples import message, run
from support import answer, events, problem

CHAT = "POST /chat/sessions/session-1/messages"


def event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


TALK = (
    b": keep-alive\n\n"
    + event("token", {"text": "Grüße\u2028"})
    + event("token", {"text": " 😀"})
    + event("tool", {"name": "search"})
    + event("done", message("Grüße\u2028 😀"))
)


def read(*chunks: bytes) -> list[Event]:
    reader = EventReader()
    return [found for chunk in chunks for found in reader.feed(chunk)]


def test_a_chat_streams(connect: Connect) -> None:
    client = connect({CHAT: events(TALK)})
    found = list(client.chat.stream("session-1", "Hi"))
    assert [each.name for each in found] == ["token", "token", "tool", "done"]
    assert "".join(each.text for each in found) == "Grüße\u2028 😀"
    assert found[2].data == {"name": "search"}
    assert found[3].message is not None
    assert found[3].message.content == "Grüße\u2028 😀"
    assert found[0].message is found[2].run is found[3].error is None
    request = client.server.requests[0]
    assert request.headers["Accept"] == "text/event-stream"
    assert client.server.body() == {"content": "Hi", "stream": True}


def test_nothing_is_sent_before_it_is_read_and_leaving_early_is_fine(connect: Connect) -> None:
    client = connect({CHAT: events(TALK)})
    with client.chat.stream("session-1", "Hi") as stream:
        assert client.server.asked == []
        assert next(iter(stream)).name == "token"
    assert len(client.server.asked) == 1


def test_events_are_the_same_wherever_they_are_cut() -> None:
    for lines in (TALK, TALK.replace(b"\n", b"\r\n"), TALK.replace(b"\n", b"\r") + b"x"):
        whole = read(lines)
        assert [each.name for each in whole] == ["token", "token", "tool", "done"]
        assert read(*(lines[at : at + 1] for at in range(len(lines)))) == whole
        for cut in range(len(lines)):
            assert read(lines[:cut], lines[cut:]) == whole


def test_the_odd_shapes_of_the_format() -> None:
    assert read(b"data:1\n\n") == [Event("message", {"value": 1})]
    assert read(b"event: x\ndata: {\ndata: }\nid: 7\n\n") == [Event("x", {})]
    assert read(b"data:  two spaces, one is the text's \n\n")[0].data == {"value": " two spaces, one is the text's "}
    assert read(b"event: x\n\ndata: no json\n\n") == [Event("message", {"value": "no json"})]


def test_an_error_event_says_why_and_what_was_kept(connect: Connect) -> None:
    problem_body = {"status": 502, "code": "upstream_failed", "detail": "It failed.", "message": message("Hal")}
    client = connect({CHAT: events(event("token", {"text": "Hal"}), event("error", problem_body))})
    last = list(client.chat.stream("session-1", "Hi"))[-1]
    assert isinstance(last.error, UpstreamFailed)
    assert last.error.status == 502
    assert last.message is not None
    assert last.message.content == "Hal"


def test_a_stream_that_is_cut_is_an_error_after_what_came(connect: Connect) -> None:
    client = connect({CHAT: events(event("token", {"text": "Hal"}))})
    stream = iter(client.chat.stream("session-1", "Hi"))
    assert next(stream).text == "Hal"
    with pytest.raises(ConnectionFailed, match="before its last event"):
        next(stream)


def test_a_refusal_is_raised_and_a_passing_one_is_tried_again(connect: Connect) -> None:
    client = connect({CHAT: problem(409, "session_ended")})
    with pytest.raises(SessionEnded):
        list(client.chat.stream("session-1", "Hi"))
    client = connect({CHAT: [problem(503, "busy"), httpx.ReadError("reset"), events(TALK)]})
    assert len(list(client.chat.stream("session-1", "Hi"))) == 4
    assert len({request.headers["Idempotency-Key"] for request in client.server.requests}) == 1


def test_a_replayed_answer_that_comes_whole_is_one_event(connect: Connect) -> None:
    client = connect({CHAT: answer(200, message("Hi"), Idempotency_Replayed="true")})
    found = list(client.chat.stream("session-1", "Hi"))
    assert [(each.name, each.message and each.message.content) for each in found] == [("done", "Hi")]


def test_a_run_is_followed(connect: Connect) -> None:
    client = connect({"GET /runs/run-1/events": events(event("token", {"text": "x"}), event("done", run("done")))})
    found = list(client.runs.events("run-1"))
    assert found[-1].run is not None
    assert found[-1].run.status == "done"
    assert found[-1].message is None


def test_a_run_that_fails_says_why(connect: Connect) -> None:
    failed = run("error", error={"code": "upstream_failed", "detail": "It failed."})
    body = {"status": 502, "code": "upstream_failed", "detail": "It failed.", "run": failed}
    last = list(connect({"GET /runs/run-1/events": events(event("error", body))}).runs.events("run-1"))[-1]
    assert isinstance(last.error, UpstreamFailed)
    assert last.run is not None
    assert last.run.error["code"] == "upstream_failed"


def test_a_connection_that_breaks_in_between_is_an_error(connect: Connect) -> None:
    class Breaking(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield event("token", {"text": "x"})
            raise httpx.ReadError("reset")

        async def __aiter__(self):  # type: ignore[no-untyped-def]
            yield event("token", {"text": "x"})
            raise httpx.ReadError("reset")

    breaking: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(  # noqa: E731
        200, stream=Breaking(), headers={"Content-Type": "text/event-stream"}
    )
    client = connect({CHAT: breaking})
    stream = iter(client.chat.stream("session-1", "Hi"))
    assert next(stream).text == "x"
    with pytest.raises(ConnectionFailed, match="reset"):
        next(stream)
    assert len(client.server.asked) == 1
