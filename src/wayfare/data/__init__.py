"""Queries, actions and what connects them: data that refreshes itself wherever it is shown. No HTML in here.

Serves with or without a page: `query`, `create_async` and `revalidate` work under `create_root` in any
asyncio program. General layout:

    keys, responses, intent, forms    values: keys, answers with a head, what travels to and from above
    answer, runs, batches             one fetch and who waits for it; one run of an action; calls made as one
    cache, shared, page_cache         entries in stores; what pages share; what one page sees of it
    query, queries, create_async      queries, the names users call, and following a query's value
    action, submissions, following    actions, running them, and following what comes of it
    flight                            where an action leads and what it has made stale, as one
"""

from __future__ import annotations

from .action import ACTION_BASE, Action, ActionBase, LocalActions, action, find_action
from .answer import Answer
from .create_async import AsyncAccessor, create_async, create_async_store
from .following import LatestSubmission, Submissions, use_action, use_submission, use_submissions
from .forms import FormData, Upload
from .intent import (
    Delivery,
    FirstResponse,
    Intent,
    Navigator,
    StillWanted,
    Visibility,
    current_intent,
    hold_back,
    provided,
    still_wanted,
)
from .page_cache import FreshAnswer, PageCache, cache_of
from .query import Query
from .responses import Keys, Response, ResponseHead, json, redirect, reload
from .runs import Outcome
from .shared import AppCache, Invalidation, SessionCache, SharedScope
from .submissions import (
    Completed,
    Submission,
    SubmissionList,
    run_without_page,
    show_outcome,
    submissions_of,
    submit,
)

# Last: to type checkers, importing from the module `.query` makes `query` the name of that module.
from .queries import KeyWarning, cache, query, query_keys, revalidate  # isort: skip

__all__ = [
    "ACTION_BASE",
    "Action",
    "ActionBase",
    "Answer",
    "AppCache",
    "AsyncAccessor",
    "Completed",
    "Delivery",
    "FirstResponse",
    "FormData",
    "FreshAnswer",
    "Intent",
    "Invalidation",
    "KeyWarning",
    "Keys",
    "LatestSubmission",
    "LocalActions",
    "Navigator",
    "Outcome",
    "PageCache",
    "Query",
    "Response",
    "ResponseHead",
    "SessionCache",
    "SharedScope",
    "StillWanted",
    "Submission",
    "SubmissionList",
    "Submissions",
    "Upload",
    "Visibility",
    "action",
    "cache",
    "cache_of",
    "create_async",
    "create_async_store",
    "current_intent",
    "find_action",
    "hold_back",
    "json",
    "provided",
    "query",
    "query_keys",
    "redirect",
    "reload",
    "revalidate",
    "run_without_page",
    "show_outcome",
    "still_wanted",
    "submissions_of",
    "submit",
    "use_action",
    "use_submission",
    "use_submissions",
]
