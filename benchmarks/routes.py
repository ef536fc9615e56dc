"""What matching a path costs, among few and many routes, found and not."""

from __future__ import annotations

from benchmarks.measure import compare
from wayfare.routing import compile_routes


def main() -> None:
    found = {"/users/42/posts/7": 1}
    for count in (10, 100, 1000):
        tree = compile_routes(
            [{"path": f"/section{n}/:user/posts/:post"} for n in range(count - 1)] + [{"path": "/"}]
        )
        middle = f"/section{count // 2}/42/posts/7"
        compare(
            f"{count} routes",
            {
                "a dictionary": lambda: found.get("/users/42/posts/7"),
                "match": lambda tree=tree, middle=middle: tree.match(middle),
                "no match": lambda tree=tree: tree.match("/nowhere/at/all"),
            },
        )


if __name__ == "__main__":
    main()
