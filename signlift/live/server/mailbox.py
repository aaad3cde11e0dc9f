"""A place for one frame: a newer one replaces it, so that nothing queues."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


class Mailbox(Generic[_Item]):
    """Holds the newest item until it is taken.

    Attributes
    ----------
    dropped
        Number of items that were replaced since the last one was taken.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._item: _Item | None = None
        self._filled = asyncio.Event()

    def put(self, item: _Item) -> None:
        """Put an item in, in place of one that was not taken."""
        self.dropped += self._filled.is_set()
        self._item = item
        self._filled.set()

    async def take(self) -> tuple[_Item, int]:
        """Wait for an item; return it and the number of those that it replaced."""
        await self._filled.wait()
        item, dropped = self._item, self.dropped
        assert item is not None
        self._item, self.dropped = None, 0
        self._filled.clear()
        return item, dropped
