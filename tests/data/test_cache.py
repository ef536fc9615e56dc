"""Entries and stores, without any page around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wayfare.data.cache import Store


def test_what_was_born_before_a_group_was_cut_is_stale() -> None:
    store = Store(limit=10, what="A store")
    first, second = store.entry("user[1]"), store.entry("users[]")
    for entry in (first, second):
        entry.born = store.number()
    store.invalidate(["user["])
    assert (first.valid, second.valid) == (False, True)
    first.born = store.number()
    assert first.valid
    store.invalidate(None)
    assert (first.valid, second.valid) == (False, False)


keys = st.lists(
    st.tuples(st.sampled_from(["user", "users", "u", "me"]), st.integers(0, 30)), unique=True, max_size=40
)
prefixes = st.sampled_from(
    ["", "u", "user", "users", "user[", "user[1", "user[1]", "user[12", "me[3]", "x", "[", "user[1]x"]
)


@given(keys, prefixes, st.lists(st.tuples(st.integers(0, 40), prefixes), max_size=15))
def test_keys_are_found_as_by_looking_at_each(
    found: list[tuple[str, int]], prefix: str, changed: list[tuple[int, str]]
) -> None:
    store = Store(limit=100, what="A store")
    texts = [f"{name}[{number}]" for name, number in found]
    for text in texts:
        store.entry(text).born = store.number()
    store.subscribed([prefix])  # builds what is kept for the next search
    for at, other in changed:
        if at < len(texts) and texts[at] in store.entries:
            store.remove(store.entries[texts[at]])
        elif at < len(texts):
            store.entry(texts[at]).born = store.number()
        else:
            store.subscribed([other])
    left = set(store.entries)
    store.invalidate([prefix] if prefix else [])
    stale = {key for key, entry in store.entries.items() if not entry.valid}
    assert stale == {key for key in left if prefix and key.startswith(prefix)}
