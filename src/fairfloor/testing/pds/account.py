"""Whoever has an account on a PDS: posts, reposts, likes, takes back, over plain HTTP as any client would."""

from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from itertools import count
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx
from typing_extensions import override

from fairfloor.testing.pds.running import Running

Json = dict[str, Any]

POST, REPOST, LIKE = (f"app.bsky.feed.{kind}" for kind in ("post", "repost", "like"))
PASSWORD = "only for tests"  # noqa: S105 - it is


class Ref(NamedTuple):
    """A record as others refer to it."""

    uri: str
    cid: str

    @property
    def collection(self) -> str:
        """The collection it is in."""
        return self.uri.split("/")[3]

    @property
    def rkey(self) -> str:
        """Its key there."""
        return self.uri.split("/")[4]

    def json(self) -> Json:
        """Give it as `com.atproto.repo.strongRef`."""
        return {"uri": self.uri, "cid": self.cid}


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    @override
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Bench:
    """A PDS and those who have accounts on it. Thread-safe; every call waits for the server's answer.

    Raises httpx.HTTPStatusError where the server refuses; its text has the server's own words.
    """

    def __init__(self, running: Running) -> None:
        self.running = running
        self._http = httpx.Client(base_url=f"{running.pds}/xrpc/", timeout=60, trust_env=False)
        self._numbers = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def account(self, name: str | None = None) -> "Account":
        """Make an account; its handle is `name`.test, or one of its own where that is None."""
        handle = f"{name or f'person{next(self._numbers)}'}.test"
        given = {"handle": handle, "email": f"{handle}@example.com", "password": PASSWORD}
        made = self.call("com.atproto.server.createAccount", given)
        return Account(self, made["did"], handle, made["accessJwt"])

    def take_down(self, did: str, *, applied: bool = True) -> None:
        """Take an account down as the administrator, or (applied=False) put it up again."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": did}
        self.call(
            "com.atproto.admin.updateSubjectStatus",
            {"subject": subject, "takedown": {"applied": applied}},
            authorization=httpx.BasicAuth("admin", self.running.admin),
        )

    def call(self, method: str, given: object = None, authorization: httpx.Auth | None = None) -> Json:
        """Call a procedure."""
        body: Mapping[str, Any] = {} if given is None else {"json": given}
        return _answered(self._http.post(method, auth=authorization or httpx.Auth(), **body))

    def ask(self, method: str, **parameters: str | int) -> Json:
        """Ask a query."""
        return _answered(self._http.get(method, params=parameters))


class Account(NamedTuple):
    """Somebody who can act."""

    bench: Bench
    did: str
    handle: str
    token: str

    def post(self, text: str, *tags: str, **fields: Any) -> Ref:
        """Post a text with facets for these tags, each of which it has as #tag; `fields` go into the record."""
        facets = {"facets": [facet(text, tag) for tag in tags]} if tags else {}
        return self.create(POST, {"text": text, **facets, **fields})

    def reply(self, text: str, parent: Ref, root: Ref | None = None, **fields: Any) -> Ref:
        """Answer a post, in the conversation that began with `root` (None: with that post)."""
        return self.post(text, reply={"parent": parent.json(), "root": (root or parent).json()}, **fields)

    def quote(self, text: str, quoted: Ref, *tags: str) -> Ref:
        """Quote a post."""
        return self.post(text, *tags, embed={"$type": "app.bsky.embed.record", "record": quoted.json()})

    def repost(self, subject: Ref) -> Ref:
        """Pass on a post."""
        return self.create(REPOST, {"subject": subject.json()})

    def like(self, subject: Ref) -> Ref:
        """Approve of a post."""
        return self.create(LIKE, {"subject": subject.json()})

    def create(self, collection: str, record: Json) -> Ref:
        """Create a record (`com.atproto.repo.createRecord`); its type and time are filled in."""
        return self._write("createRecord", collection, record)

    def put(self, collection: str, rkey: str, record: Json) -> Ref:
        """Create or change the record with this key (`com.atproto.repo.putRecord`)."""
        return self._write("putRecord", collection, record, rkey=rkey)

    def delete(self, ref: Ref) -> None:
        """Take a record back (`com.atproto.repo.deleteRecord`)."""
        self.call("com.atproto.repo.deleteRecord", {"repo": self.did, "collection": ref.collection, "rkey": ref.rkey})

    def batch(self, records: list[tuple[str, Json]]) -> list[Ref]:
        """Create up to 200 (collection, record) in one commit (`com.atproto.repo.applyWrites`)."""
        kind = "com.atproto.repo.applyWrites#create"
        writes = [{"$type": kind, "collection": where, "value": _whole(where, what)} for where, what in records]
        done = self.call("com.atproto.repo.applyWrites", {"repo": self.did, "writes": writes})
        return [Ref(each["uri"], each["cid"]) for each in done["results"]]

    def deactivate(self) -> None:
        """Close the account for the time being."""
        self.call("com.atproto.server.deactivateAccount", {})

    def activate(self) -> None:
        """Open it again."""
        self.call("com.atproto.server.activateAccount")

    def rename(self, handle: str) -> None:
        """Go by another handle."""
        self.call("com.atproto.identity.updateHandle", {"handle": handle})

    def app_password(self, name: str = "fairfloor") -> str:
        """Make an app password."""
        return str(self.call("com.atproto.server.createAppPassword", {"name": name})["password"])

    def call(self, method: str, given: object = None) -> Json:
        """Call a procedure as this account."""
        return self.bench.call(method, given, _Bearer(self.token))

    def _write(self, method: str, collection: str, record: Json, **more: str) -> Ref:
        given = {"repo": self.did, "collection": collection, "record": _whole(collection, record), **more}
        made = self.call(f"com.atproto.repo.{method}", given)
        return Ref(made["uri"], made["cid"])


def facet(text: str, tag: str) -> Json:
    """Mark where `#tag` is in a text, in bytes as the network counts. Raises ValueError where it is not there."""
    start = len(text[: text.index(f"#{tag}")].encode())
    feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
    return {"index": {"byteStart": start, "byteEnd": start + len(tag.encode()) + 1}, "features": [feature]}


def now() -> str:
    """Give the time as records have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _whole(collection: str, record: Json) -> Json:
    return {"$type": collection, "createdAt": now(), **record}


def _answered(response: httpx.Response) -> Json:
    if response.is_error:
        said = f"{response.request.url.path}: HTTP {response.status_code} {response.text[:500]}"
        raise httpx.HTTPStatusError(said, request=response.request, response=response)
    return dict(response.json()) if response.content else {}
