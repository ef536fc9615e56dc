"""A bot without any page: it takes orders for a small shop, and speaks up when something runs out.

Run it with `python main.py`, and write `buy 3 tea`, `deliver 5 tea` or `stock`; stop it with Ctrl+D. Each
order changes the data and revalidates the one query that it concerns: the answer is fetched again once, for
everything that follows it, and the effects run only where what they read is different.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from wayfare import create_async, create_effect, create_memo, create_root, query, revalidate

Say = Callable[[str], object]
FEW = 2


class Warehouse:
    """What a database would be."""

    def __init__(self) -> None:
        self.items = {"tea": 4, "rice": 9}

    async def count(self, item: str) -> int:
        await asyncio.sleep(0)
        return self.items[item]


warehouse = Warehouse()


@query("stock")
async def get_stock(item: str) -> int:
    return await warehouse.count(item)


def watch(say: Say) -> Callable[[], None]:
    """Follow the stock of every item; what is returned ends it."""

    def follow(item: str) -> None:
        left = create_async(lambda: get_stock(item), initial_value=FEW + 1)
        scarce = create_memo(lambda: left() <= FEW)
        create_effect(lambda: say(f"{item} runs out" if scarce() else f"there is enough {item}"))

    def build(dispose: Callable[[], None]) -> Callable[[], None]:
        for item in warehouse.items:
            follow(item)
        return dispose

    return create_root(build)


async def answer(line: str) -> str:
    """What the bot says to one line."""
    match line.split():
        case ["stock"]:
            counts = await asyncio.gather(*(get_stock(item) for item in warehouse.items))
            return ", ".join(f"{count} {item}" for item, count in zip(warehouse.items, counts, strict=True))
        case [("buy" | "deliver") as order, number, item] if number.isdecimal() and item in warehouse.items:
            wanted = int(number)
            if order == "buy" and wanted > await get_stock(item):
                return f"there is not so much {item}"
            warehouse.items[item] += wanted if order == "deliver" else -wanted
            await revalidate(get_stock.key_for(item))
            return f"{order} {wanted} {item}: done"
        case _:
            return "buy 3 tea, deliver 5 tea, stock"


async def main() -> None:
    dispose = watch(print)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(await answer(line))
    finally:
        dispose()


if __name__ == "__main__":
    asyncio.run(main())
