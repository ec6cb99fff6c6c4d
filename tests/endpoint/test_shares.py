"""Places that clients share."""

from __future__ import annotations

import asyncio

from kb.endpoint.shares import Shares


def test_a_client_gets_its_part_and_another_the_rest() -> None:
    async def run() -> None:
        shares = Shares(3, each=2)
        assert await shares.take("a", 0)
        assert await shares.take("a", 0)
        assert not await shares.take("a", 0.01)
        assert shares.take_now("b")
        assert not shares.take_now("b")

    asyncio.run(run())


def test_clients_are_served_in_turns() -> None:
    async def run() -> None:
        shares = Shares(1, each=1)
        order: list[str] = []

        async def use(client: str) -> None:
            assert await shares.take(client, 5)
            order.append(client)
            await asyncio.sleep(0)
            shares.give(client)

        assert shares.take_now("first")
        waiting = [asyncio.ensure_future(use(client)) for client in ("a", "a", "a", "b", "c")]
        await asyncio.sleep(0)
        shares.give("first")
        await asyncio.gather(*waiting)
        assert order == ["a", "b", "c", "a", "a"]
        assert shares.take_now("d")  # every place came back

    asyncio.run(run())


def test_who_waits_too_long_leaves_the_line() -> None:
    async def run() -> None:
        shares = Shares(1, each=1)
        assert shares.take_now("a")
        assert not await shares.take("b", 0.01)
        shares.give("a")
        assert shares.take_now("c")

    asyncio.run(run())


def test_who_is_cancelled_leaves_the_line() -> None:
    async def run() -> None:
        shares = Shares(1, each=1)
        assert shares.take_now("a")
        waiting = asyncio.ensure_future(shares.take("b", 5))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        shares.give("a")
        assert shares.take_now("c")

    asyncio.run(run())


def test_a_client_may_not_fill_the_line() -> None:
    async def run() -> None:
        shares = Shares(1, each=1, waiting=2)
        assert shares.take_now("a")
        waiting = [asyncio.ensure_future(shares.take("b", 5)) for _ in range(2)]
        await asyncio.sleep(0)
        assert not await shares.take("b", 5)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())
