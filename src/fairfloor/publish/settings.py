"""What an evening publishes on Bluesky: a small file, without secrets, that `publish` leaves for `watch`.

So the host says once, when publishing, what belongs together, and the evening's server needs to be told nothing.
"""

from pathlib import Path

import msgspec

from fairfloor.publish.atproto.names import address, is_did, is_host
from fairfloor.publish.profile import FEED


class Unreadable(Exception):  # noqa: N818 - it is said to a person
    """The file is not one of ours; the message says what to do."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where it is served, and what."""

    hostname: str
    """Where the public reaches the evening's server, by HTTPS."""
    feed: str | None = None
    """The at-URI of the feed's record."""
    labeler: str | None = None
    """The DID of the account that labels."""


def read(path: Path) -> Settings | None:
    """Read settings; None where nothing was published. Raises Unreadable."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeError) as error:
        raise Unreadable(f"{path} cannot be read ({error}). Move it away, and publish again.") from error
    feed = address(found.feed) if found.feed else None
    sound = not found.feed or (feed is not None and feed.collection == FEED and is_did(feed.authority))
    if not (sound and is_host(found.hostname) and (found.labeler is None or is_did(found.labeler))):
        raise Unreadable(f"{path} does not say what is published. Move it away, and publish again.")
    return found


def write(path: Path, settings: Settings) -> None:
    """Keep settings, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")
    unfinished.replace(path)
