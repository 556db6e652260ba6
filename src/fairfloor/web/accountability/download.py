"""Sends the public log as a file, as long as it is, without holding up the evening.

Rows are read and packed in other threads, some at a time, and each answer ends at the line that was the last when it
began. So its ETag is known beforehand: the head. A few are sent at once; whoever comes then is asked to wait.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fairfloor.session.public import Head, PublicLog

AT_ONCE = 8
"""Logs sent at once."""
_GZIP = 31
"""The window's size and the format, as zlib wants them."""


class Download:
    """The answers to requests for the log."""

    def __init__(self, log: PublicLog) -> None:
        self._log = log
        self._sending = 0

    async def answer(self, request: Request, after: int) -> Response:
        """Send the lines numbered greater than `after`."""
        head = await asyncio.to_thread(self._log.head)
        tag = f'W/"{head.n}-{head.hash}-{after}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        packed = "gzip" in request.headers.get("accept-encoding", "")
        headers = {
            "ETag": tag,
            "Vary": "Accept-Encoding",
            "Content-Disposition": 'attachment; filename="log.jsonl"',
            "X-Fairfloor-Head": f"{head.n} {head.hash}",
        }
        if packed:
            headers["Content-Encoding"] = "gzip"
        if request.method == "HEAD":
            return Response(headers=headers, media_type="application/jsonl")
        if self._sending >= AT_ONCE:
            return Response("Others are being sent the log now; try again in a minute.", 503, {"Retry-After": "60"})
        return StreamingResponse(self._send(after, head, packed=packed), 200, headers, "application/jsonl")

    async def _send(self, after: int, head: Head, *, packed: bool) -> AsyncIterator[bytes]:
        packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP) if packed else None
        self._sending += 1
        try:
            while some := await asyncio.to_thread(self._some, after, head.n, packer):
                count, content = some
                after += count
                if content:
                    yield content
            if packer is not None:
                yield packer.flush()
        finally:
            self._sending -= 1

    def _some(self, after: int, upto: int, packer: "zlib._Compress | None") -> tuple[int, bytes] | None:
        if after >= upto or not (lines := self._log.lines(after, upto)):
            return None
        content = b"".join(line + b"\n" for line in lines)
        return len(lines), content if packer is None else packer.compress(content)
