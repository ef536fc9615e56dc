"""The reactive core: signals, memos, effects and owners, with SolidJS' semantics, in plain Python.

>>> count, set_count = create_signal(1)
>>> doubled = create_memo(lambda: count() * 2)
>>> _ = set_count(4)
>>> doubled()
8
"""

from __future__ import annotations

from .arity import accepted_arguments, required_arguments
from .boundary import create_error_boundary, reset_error_boundaries
from .fetching import Arrival, ResourceActions, ResourceInfo
from .graph import Computation, Memo, Signal
from .lists import index_array, map_array
from .nodes import NotReady, Owner
from .now import now
from .owner import (
    Context,
    OwnerWarning,
    Provided,
    await_for,
    catch_error,
    context_of,
    create_context,
    create_owner,
    create_root,
    create_unique_id,
    dispose,
    get_owner,
    handle_error,
    on_cleanup,
    on_error,
    provide_context,
    run_with_owner,
    set_context,
    use_context,
)
from .primitives import (
    Setter,
    batch,
    create_computed,
    create_effect,
    create_memo,
    create_reaction,
    create_render_effect,
    create_selector,
    create_signal,
    get_listener,
    is_tracking,
    on,
    on_mount,
    suspense_context,
    untrack,
)
from .props import Children, Props, children, merge_props, split_props
from .resource import Resource, create_resource
from .scope import Scope, check_thread, claim_thread, current_scope, current_scope_or_none
from .store_data import is_wrappable, unwrap
from .store_update import create_store, produce, reconcile
from .suspense import (
    Reveal,
    SuspenseBoundary,
    create_suspense,
    create_suspense_list,
    suspense_list_context,
)
from .transition import (
    Completion,
    Transition,
    running_transition,
    start_transition,
    transition_running,
    use_transition,
)

__all__ = [
    "Arrival",
    "Children",
    "Completion",
    "Computation",
    "Context",
    "Memo",
    "NotReady",
    "Owner",
    "OwnerWarning",
    "Props",
    "Provided",
    "Resource",
    "ResourceActions",
    "ResourceInfo",
    "Reveal",
    "Scope",
    "Setter",
    "Signal",
    "SuspenseBoundary",
    "Transition",
    "accepted_arguments",
    "await_for",
    "batch",
    "catch_error",
    "check_thread",
    "children",
    "claim_thread",
    "context_of",
    "create_computed",
    "create_context",
    "create_effect",
    "create_error_boundary",
    "create_memo",
    "create_owner",
    "create_reaction",
    "create_render_effect",
    "create_resource",
    "create_root",
    "create_selector",
    "create_signal",
    "create_store",
    "create_suspense",
    "create_suspense_list",
    "create_unique_id",
    "current_scope",
    "current_scope_or_none",
    "dispose",
    "get_listener",
    "get_owner",
    "handle_error",
    "index_array",
    "is_tracking",
    "is_wrappable",
    "map_array",
    "merge_props",
    "now",
    "on",
    "on_cleanup",
    "on_error",
    "on_mount",
    "produce",
    "provide_context",
    "reconcile",
    "required_arguments",
    "reset_error_boundaries",
    "run_with_owner",
    "running_transition",
    "set_context",
    "split_props",
    "start_transition",
    "suspense_context",
    "suspense_list_context",
    "transition_running",
    "untrack",
    "unwrap",
    "use_context",
    "use_transition",
]
