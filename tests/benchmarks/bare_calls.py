"""Bare aiohttp calls: `python -m tests.benchmarks.bare_calls URL KEY CALLS AT_ONCE`.

Prints the milliseconds of processor time that one call took, after as many calls to warm up.
"""

import asyncio
import sys
import time

import aiohttp
import orjson
import uvloop

BODY = {
    "model": "bench/model",
    "messages": [{"role": "user", "content": "names " + "for a small bakery on a bike " * 60}],
}


async def measure(url: str, key: str, calls: int, at_once: int) -> float:
    """Processor milliseconds of a call with so many under way."""
    connector = aiohttp.TCPConnector(limit=at_once)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    places = asyncio.Semaphore(at_once)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def call() -> None:
            async with places, session.post(url, data=orjson.dumps(BODY)) as response:
                orjson.loads(await response.read())

        await asyncio.gather(*(call() for _ in range(calls)))
        before = time.process_time()
        await asyncio.gather(*(call() for _ in range(calls)))
    return (time.process_time() - before) / calls * 1000


def main() -> None:
    """Measure and print."""
    url, key, calls, at_once = sys.argv[1:]
    sys.stdout.write(str(uvloop.run(measure(url, key, int(calls), int(at_once)))))


if __name__ == "__main__":
    main()
