"""A far server, near by: a TCP proxy that holds everything back for half a round trip."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Pass bytes on in order, each `delay` seconds after it came."""
    loop = asyncio.get_running_loop()
    line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, chunk = await line.get()
            await asyncio.sleep(due - loop.time())
            if not chunk:
                return writer.close()
            writer.write(chunk)

    out = asyncio.ensure_future(deliver())
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(1 << 16):
            line.put_nowait((loop.time() + delay, chunk))
    line.put_nowait((loop.time() + delay, b""))
    with contextlib.suppress(ConnectionError):
        await out


@contextlib.contextmanager
def delayed(port: int, round_trip: float) -> Iterator[int]:
    """The port of a proxy to local `port` that adds `round_trip` seconds to every answer."""
    ready, found = threading.Event(), [0]

    async def pair(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            carry(reader, back, round_trip / 2), carry(there, writer, round_trip / 2)
        )

    async def serve() -> None:
        server = await asyncio.start_server(pair, "127.0.0.1", 0)
        found[0] = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    loop = asyncio.new_event_loop()
    task = loop.create_task(serve())
    thread = threading.Thread(target=lambda: run(loop, task), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


def run(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    """Run until the task is cancelled, then end what it started."""
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    rest = asyncio.all_tasks(loop)
    for left in rest:
        left.cancel()
    loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
    loop.close()
