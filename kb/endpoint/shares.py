"""Places that clients share: nobody holds more than a part of them, and those who wait are served in turns."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque


class Shares:
    """Some places to run in; used from one event loop.

    Args:
        places: how many there are.
        each: how many of them one client may hold.
        waiting: how many of one client may wait at once.
        whole: how many may wait at once.
    """

    def __init__(self, places: int, each: int, waiting: int = 256, whole: int = 2_000) -> None:
        self._free = places
        self._each, self._most, self._whole = each, waiting, whole
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def take_now(self, client: str) -> bool:
        """Take a place if one is free for the client, without waiting."""
        if not self._free or self._held[client] >= self._each:
            return False
        self._free -= 1
        self._held[client] += 1
        return True

    async def take(self, client: str, seconds: float) -> bool:
        """Take a place; False where none came free in that time, or too many of the client's wait already."""
        if client not in self._waiting and self.take_now(client):
            return True
        queue = self._waiting.setdefault(client, deque())
        if len(queue) >= self._most or sum(map(len, self._waiting.values())) >= self._whole:
            if not queue:
                del self._waiting[client]
            return False
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await asyncio.wait_for(asyncio.shield(turn), seconds)
        except TimeoutError:
            if not turn.done():  # else it was given the place in this very moment
                self._leave(client, turn)
                return False
        except asyncio.CancelledError:
            if turn.done():
                self.give(client)
            else:
                self._leave(client, turn)
            raise
        return True

    def give(self, client: str) -> None:
        """Give a place back; the next client in turn gets it."""
        self._free += 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        for other in list(self._waiting):
            if self.take_now(other):
                queue = self._waiting[other]
                turn = queue.popleft()
                self._waiting.move_to_end(other)
                if not queue:
                    del self._waiting[other]
                turn.set_result(None)
                return

    def _leave(self, client: str, turn: asyncio.Future[None]) -> None:
        queue = self._waiting[client]
        queue.remove(turn)
        if not queue:
            del self._waiting[client]
