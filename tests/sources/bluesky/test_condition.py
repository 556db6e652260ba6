import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosedError,
    InvalidMessage,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
)
from websockets.frames import Close
from websockets.http11 import Response

from fairfloor.sources.bluesky import condition
from fairfloor.sources.bluesky.frames import Silence
from fairfloor.sources.bluesky.packing import WrongDictionary

HOST = "jetstream2.us-east.bsky.network"
NINE = datetime(2026, 10, 22, 1, tzinfo=UTC)
REPLY = Response(503, "Service Unavailable", Headers())


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name not found"),
        (ConnectionRefusedError(111, "Connect call failed"), "connection refused"),
        (TimeoutError(), "no answer"),
        (OSError(101, "Network is unreachable"), "it cannot be reached"),
        (ssl.SSLCertVerificationError(), "no secure connection"),
        (InvalidStatus(REPLY), "it answered 503"),
        (InvalidMessage("<script>"), "it does not answer as a stream does"),
        (InvalidProxyStatus(REPLY), "the proxy did not let us through"),
        (InvalidProxy("x", "y"), "the proxy's address is not one"),
        (ConnectionClosedError(Close(1011, "<script>"), None), "the connection broke off"),
        (ConnectionClosedError(None, Close(1009, "")), "a frame was too large"),
        (Silence(timedelta(seconds=30)), "no event for 30 seconds"),
        (WrongDictionary("it packs with dictionary 5, not 6"), "it packs with dictionary 5, not 6"),
    ],
)
def test_a_failure_is_said_plainly(failure: Exception, words: str) -> None:
    """Each way to have no connection has its few words, and nothing that the other side wrote is repeated."""
    assert isinstance(failure, condition.FAILURES)
    assert condition.why(failure) == words


def test_the_sentence_says_what_why_and_when() -> None:
    """A failure names the host, the cause and the wait in whole seconds, rounded up."""
    failure = socket.gaierror(-2, "Name or service not known")
    assert (
        condition.failed(HOST, failure, timedelta(seconds=7.2), HOST)
        == f"No connection to {HOST} (name not found). Trying again in 8 seconds."
    )
    assert condition.failed(HOST, failure, timedelta(), HOST).endswith("Trying again in 1 second.")


def test_the_sentence_names_the_next_instance() -> None:
    """Where the next try is at another instance, the sentence says at which."""
    assert condition.failed(HOST, TimeoutError(), timedelta(seconds=4), "example.org").endswith(
        "(no answer). Trying example.org in 4 seconds."
    )


def test_what_may_be_missing_is_said() -> None:
    """Where the server had nothing of a span, the sentence says so and from when to when."""
    said = condition.connected(HOST, (NINE, NINE + timedelta(hours=40)))
    assert said.endswith(
        "It had nothing from 2026-10-22 01:00 UTC to 2026-10-23 17:00 UTC; what was said then may be missing."
    )
