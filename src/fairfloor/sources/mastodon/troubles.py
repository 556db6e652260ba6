"""What is the matter with a server of Mastodon's kind, in sentences for the host; nothing in a server's own words."""

from datetime import timedelta

import httpx

from fairfloor.sources.bluesky.frames import Silence
from fairfloor.sources.lines import Over, TooLong
from fairfloor.sources.mastodon.server import Instance
from fairfloor.sources.people.asking import Refused, Unanswered
from fairfloor.sources.telling import span


class NoStream(Exception):  # noqa: N818 - it names what happened
    """A server did not open its stream; the message says why in a few words."""


BROKEN = (httpx.HTTPError, httpx.InvalidURL, Silence, TooLong, Over, NoStream, OSError)
"""What ends a stream and is no reason to give up."""

_OF_REFUSALS = {
    401: ("lets nobody read this without logging in. Give a token of an account there: --mastodon-token SERVER=FILE.",
          "does not accept the token. Make a new one there (Preferences, Development; scope read:statuses)."),
    403: ("does not let us read this. Another server may: --mastodon SERVER.",
          "does not let this token read this. It needs the scope read:statuses."),
    404: ("has no timelines where Mastodon has them. Check its name.",) * 2,
    410: ("has gone. Give another one: --mastodon SERVER.",) * 2,
    422: ("lets nobody read this without logging in. Give a token of an account there: --mastodon-token SERVER=FILE.",
          "does not accept what this token asks. It needs the scope read:statuses."),
}  # fmt: skip
"""What a refusal means, without a token and with one."""


def unanswered(why: Unanswered | Refused, place: str, wait: timedelta, *, token: bool) -> str:
    """Say that a server does not tell what was asked, why, and when it is asked again."""
    again = f"Trying again in {span(wait)}."
    if isinstance(why, Unanswered):
        said = str(why).split(" Try again")[0].removesuffix(", then try again.").rstrip(".")
        return f"{said}. {again}"
    without, with_token = _OF_REFUSALS.get(why.status, (f"refuses (HTTP {why.status}). Check its name.",) * 2)
    return f"{place} {with_token if token else without} {again}"


def closed(instance: Instance, place: str, *, token: bool) -> str:
    """Say that a server keeps its hashtags' timelines to itself; empty where it does not."""
    feeds = instance.configuration.timelines_access.hashtag_feeds
    if {feeds.local, feeds.remote} == {"disabled"}:
        return f"{place} shows nobody what is said under a hashtag. Follow another server: --mastodon SERVER."
    if not token and {feeds.local, feeds.remote} <= {"authenticated", "disabled"}:
        return f"{place} {_OF_REFUSALS[401][0]}"
    return ""


def partly(instance: Instance, *, token: bool) -> str:
    """Say that a server shows a part of what is said under a hashtag only; empty where it shows all."""
    feeds = instance.configuration.timelines_access.hashtag_feeds
    hidden = {"authenticated", "disabled"} if not token else {"disabled"}
    if feeds.remote in hidden:
        return " It shows only posts of its own accounts."
    return " It shows only posts from elsewhere." if feeds.local in hidden else ""


def check_stream(answer: httpx.Response) -> None:
    """Raise NoStream where an answer is no stream of events."""
    if answer.status_code in {401, 403}:
        raise NoStream("it does not accept the token for it")
    if not answer.is_success:
        raise NoStream(f"it answered {answer.status_code}")
    if "text/event-stream" not in answer.headers.get("content-type", ""):
        raise NoStream("it answers with something else")


def broken(failure: Exception) -> str:
    """Say in a few words what ended a stream, or kept it from coming about."""
    match failure:
        case NoStream():
            return str(failure)
        case Silence(lasted=lasted):
            return f"nothing for {span(lasted)}"
        case TooLong():
            return "it sent a line without end"
        case httpx.TimeoutException():
            return "no answer"
        case httpx.ConnectError():
            return "it cannot be reached"
        case _:
            return "it broke off"
