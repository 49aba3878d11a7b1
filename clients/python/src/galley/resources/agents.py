"""Agents, their drafts, releases and history."""

from __future__ import annotations

from ..aio import resource as aio
from ..calls import agents as agents_calls
from ..calls import drafts as drafts_calls
from ..calls import releases as releases_calls
from ..calls import revisions as revisions_calls
from ..sync import resource as sync


class Agents(sync.Resource):
    """Agents, their drafts, releases and history."""

    create = sync.does(agents_calls.create)
    list = sync.lists(agents_calls.list)
    get = sync.does(agents_calls.get)
    delete = sync.does(agents_calls.delete)
    restore = sync.does(agents_calls.restore)
    duplicate = sync.does(agents_calls.duplicate)
    export = sync.does(agents_calls.export)
    import_ = sync.does(agents_calls.import_)
    tags = sync.does(agents_calls.tags)
    transfer = sync.does(agents_calls.transfer)

    draft = sync.does(drafts_calls.draft)
    update_draft = sync.does(drafts_calls.update_draft)
    drafts = sync.lists(drafts_calls.drafts)
    restore_draft = sync.does(drafts_calls.restore_draft)

    report = sync.does(releases_calls.report)
    publish = sync.does(releases_calls.publish)
    rollback = sync.does(releases_calls.rollback)
    unpublish = sync.does(releases_calls.unpublish)
    versions = sync.lists(releases_calls.versions)
    version = sync.does(releases_calls.version)
    delete_version = sync.does(releases_calls.delete_version)
    diff = sync.does(releases_calls.diff)
    live = sync.does(releases_calls.live)
    timeline = sync.lists(releases_calls.timeline)

    list_revisions = sync.lists(revisions_calls.list_revisions)
    get_revision_diff = sync.does(revisions_calls.get_revision_diff)


class AsyncAgents(aio.AsyncResource):
    """Agents, their drafts, releases and history."""

    create = aio.does(agents_calls.create)
    list = aio.lists(agents_calls.list)
    get = aio.does(agents_calls.get)
    delete = aio.does(agents_calls.delete)
    restore = aio.does(agents_calls.restore)
    duplicate = aio.does(agents_calls.duplicate)
    export = aio.does(agents_calls.export)
    import_ = aio.does(agents_calls.import_)
    tags = aio.does(agents_calls.tags)
    transfer = aio.does(agents_calls.transfer)

    draft = aio.does(drafts_calls.draft)
    update_draft = aio.does(drafts_calls.update_draft)
    drafts = aio.lists(drafts_calls.drafts)
    restore_draft = aio.does(drafts_calls.restore_draft)

    report = aio.does(releases_calls.report)
    publish = aio.does(releases_calls.publish)
    rollback = aio.does(releases_calls.rollback)
    unpublish = aio.does(releases_calls.unpublish)
    versions = aio.lists(releases_calls.versions)
    version = aio.does(releases_calls.version)
    delete_version = aio.does(releases_calls.delete_version)
    diff = aio.does(releases_calls.diff)
    live = aio.does(releases_calls.live)
    timeline = aio.lists(releases_calls.timeline)

    list_revisions = aio.lists(revisions_calls.list_revisions)
    get_revision_diff = aio.does(revisions_calls.get_revision_diff)
