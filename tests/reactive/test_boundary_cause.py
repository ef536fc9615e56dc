from __future__ import annotations

from wayfare.reactive import create_error_boundary, create_memo, create_render_effect, create_root


def test_a_boundary_tells_the_cause_and_not_what_failed_for_want_of_a_value() -> None:
    shown: list[object] = []

    def content() -> str:
        def fail() -> list[int]:
            raise LookupError("the cause")

        numbers = create_memo(fail)
        create_render_effect(lambda: len(numbers()))
        return "content"

    def build() -> None:
        view = create_error_boundary(content, lambda error: f"{type(error).__name__}: {error}")
        create_render_effect(lambda: shown.append(view()))

    create_root(build)
    assert shown[-1] == "LookupError: the cause"
