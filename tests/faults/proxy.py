"""A network between the program and its server that can fall silent, or break after a number of bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Callable, Optional


class Proxy:
    """Forwards connections to a server. While `silent`, nothing passes in either direction, and nothing is closed."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.talking = asyncio.Event()
        self.talking.set()
        #: bytes that a connection carries, by direction, before it is cut; None: any number. Asked for each connection
        self.limits: Callable[[], tuple[Optional[int], Optional[int]]] = lambda: (None, None)
        #: True: what is cut falls silent instead of being reset
        self.quietly = False
        self.cuts = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    def fall_silent(self) -> None:
        """Swallow what comes from now on."""
        self.talking.clear()

    def talk(self) -> None:
        """Let connections that are made from now on work; what was swallowed stays lost."""
        self.cut()
        self.talking.set()

    def cut(self) -> None:
        """Reset all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        await self.talking.wait()
        server_reader, server_writer = await asyncio.open_connection(self.host, self.port)
        self._writers.add(server_writer)
        pairs = ((reader, server_writer), (server_reader, writer))
        for (source, sink), limit in zip(pairs, self.limits()):
            task = asyncio.ensure_future(self._pump(source, sink, limit, (writer, server_writer)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        left: Optional[int],
        both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        with suppress(OSError):
            while True:
                data = await source.read(1 << 16)
                if not data:
                    break
                if left is not None:
                    data, left = data[:left], left - len(data)
                if self.talking.is_set():
                    sink.write(data)
                if left is not None and left <= 0:
                    await self._break(sink, both)
                    break
        sink.transport.abort()

    async def _break(self, sink: asyncio.StreamWriter, both: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
        """Reset a connection at both ends once what was let through has gone out, or let it be silent for ever."""
        self.cuts += 1
        if self.quietly:
            await asyncio.Event().wait()
        with suppress(OSError):
            await sink.drain()
        await asyncio.sleep(0.001)
        for writer in both:
            writer.transport.abort()

    async def stop(self) -> None:
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@asynccontextmanager
async def proxy_to(host: str, port: int) -> AsyncIterator[tuple[Proxy, int]]:
    """(a proxy, the port it listens on)."""
    proxy = Proxy(host, port)
    serving: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(proxy.serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield proxy, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(serving):
            task.cancel()
        if serving:
            await asyncio.wait(serving)
        await proxy.stop()
        await server.wait_closed()
