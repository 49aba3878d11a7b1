"""Conversations with agents."""

from __future__ import annotations

from ..aio import resource as aio
from ..calls import chat as chat_calls
from ..sync import resource as sync


class Chat(sync.Resource):
    """Conversations with agents."""

    create = sync.does(chat_calls.create)
    get = sync.does(chat_calls.get)
    send = sync.does(chat_calls.send)
    stream = sync.streams(chat_calls.stream)
    messages = sync.lists(chat_calls.messages)
    end = sync.does(chat_calls.end)
    list = sync.lists(chat_calls.list)
    delete = sync.does(chat_calls.delete)


class AsyncChat(aio.AsyncResource):
    """Conversations with agents."""

    create = aio.does(chat_calls.create)
    get = aio.does(chat_calls.get)
    send = aio.does(chat_calls.send)
    stream = aio.streams(chat_calls.stream)
    messages = aio.lists(chat_calls.messages)
    end = aio.does(chat_calls.end)
    list = aio.lists(chat_calls.list)
    delete = aio.does(chat_calls.delete)
