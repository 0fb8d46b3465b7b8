"""A far server, near by: a TCP proxy that holds everything back for half a round trip."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Pass bytes on in order, each `delay` seconds after it came."""
    now, line = asyncio.get_running_loop().time, asyncio.Queue[tuple[float, bytes]]()

    async def read() -> None:
        chunk = b"."
        while chunk:
            chunk = await reader.read(1 << 16)
            line.put_nowait((now() + delay, chunk))

    async def write() -> None:
        while True:
            due, chunk = await line.get()
            await asyncio.sleep(due - now())
            if not chunk:
                break
            writer.write(chunk)

    try:
        await asyncio.gather(read(), write())
    finally:
        writer.close()


@contextlib.contextmanager
def delayed(port: int, round_trip: float) -> Iterator[int]:
    """The port of a proxy to local `port` that adds `round_trip` seconds to every answer."""
    started, found, delay = threading.Event(), [0], round_trip / 2
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            there, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(carry(reader, back, delay), carry(there, writer, delay))

    async def serve() -> None:
        async with await asyncio.start_server(connect, "127.0.0.1", 0) as server:
            found[0] = server.sockets[0].getsockname()[1]
            started.set()
            await stop.wait()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await asyncio.sleep(0)  # closed sockets go in the next turn of the loop

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
