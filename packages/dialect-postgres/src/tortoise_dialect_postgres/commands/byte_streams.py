"""Where bytes of a COPY go, and where they come from: files, by their path or open, functions, and iterables."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable
from typing import Any, Callable, Optional, Union

from tortoise_core.base.errors import ParamsError

#: bytes that are read or written at once
PART = 1 << 18

Sink = Union[str, "os.PathLike[str]", Any, Callable[[bytes], Any]]
Source = Union[str, "os.PathLike[str]", bytes, Any, Iterable[bytes], AsyncIterable[bytes]]


class Writer:
    """``async with`` around a sink; `write` hands it bytes, files in parts of some size and beside the loop."""

    def __init__(self, sink: Any) -> None:
        self._path = _path(sink)
        self._file: Any = sink if self._path is None and hasattr(sink, "write") else None
        if self._path is None and self._file is None and not callable(sink):
            raise ParamsError(f"a sink is a path, a binary file or a function, not {type(sink).__name__}")
        self._call: Optional[Callable[[bytes], Any]] = sink if self._file is None and self._path is None else None
        self._parts: list[bytes] = []
        self._size = 0

    async def __aenter__(self) -> Writer:
        if self._path is not None:
            self._file = await _beside(open, self._path, "wb")
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            if self._file is not None:
                await self._flush()
        finally:
            if self._path is not None and self._file is not None:
                await _beside(self._file.close)

    async def write(self, data: bytes) -> None:
        """Hand over bytes."""
        if self._call is not None:
            await _done(self._call(data))
            return
        self._parts.append(data)
        self._size += len(data)
        if self._size >= PART:
            await self._flush()

    async def _flush(self) -> None:
        data, self._parts, self._size = b"".join(self._parts), [], 0
        if data:
            await _done(await _beside(self._file.write, data))


async def parts_of(source: Any) -> AsyncIterator[bytes]:
    """The bytes of a source. Raises ParamsError for what is none."""
    path = _path(source)
    if path is not None:
        file = await _beside(open, path, "rb")
        try:
            async for part in _read(file):
                yield part
        finally:
            await _beside(file.close)
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield bytes(source)
    elif hasattr(source, "read"):
        async for part in _read(source):
            yield part
    elif isinstance(source, AsyncIterable):
        async for part in source:
            yield _checked(part)
    elif isinstance(source, Iterable):
        for part in source:
            yield _checked(part)
    else:
        raise ParamsError(
            f"a source is a path, a binary file, bytes or an iterable of them, not {type(source).__name__}"
        )


async def _read(file: Any) -> AsyncIterator[bytes]:
    while True:
        part = await _done(await _beside(file.read, PART))
        if not part:
            return
        yield _checked(part)


def _checked(part: Any) -> bytes:
    if not isinstance(part, (bytes, bytearray, memoryview)):
        raise ParamsError(f"a COPY takes bytes, not {type(part).__name__}")
    return bytes(part)


def _path(given: Any) -> Optional[str]:
    return os.fspath(given) if isinstance(given, (str, os.PathLike)) else None


async def _beside(call: Callable[..., Any], *args: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, call, *args)


async def _done(result: Any) -> Any:
    return await result if inspect.isawaitable(result) or isinstance(result, Awaitable) else result
