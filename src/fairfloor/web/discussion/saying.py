"""Saying something in a discussion: who says it, whether it waits, and that an honest question enters the ledger.

A guest is known by a cookie that is set when they say something, and never to who only reads. What is kept of it is a
signature by the site's own key, another one under each article: so the file tells nobody which comments on different
pages came from one browser, and neither does the public log.

A question that is shown, with a place, stands in the evening's log as a post: whoever follows the chat hears it, and
the ledger keeps it (docs/decisions/0030). A reply to one of the host's people is put to the host, and so to everybody;
what one participant asks another waits beside the ledger as it does on a network. Where its comment is removed or taken
back, its words leave the log as a deleted post's do. The log has each id once: what is let stand again comes into it as
a post of its own, and is asked anew.
"""

import asyncio
import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import NamedTuple

import msgspec
from starlette.requests import Request

from fairfloor.acts.act import Post
from fairfloor.acts.notice import Deletion, Edit
from fairfloor.acts.shingles import shingles
from fairfloor.chat.questions.reading import asks
from fairfloor.chat.roles import STAFF
from fairfloor.chat.site.article import Article, Form
from fairfloor.chat.site.comment import MAX_COMMENT, MAX_NAME, Author, Comment, Deed, Do
from fairfloor.chat.site.deeds import Case, refuses, suspicion
from fairfloor.chat.site.house import quiet_until
from fairfloor.chat.site.names import refused
from fairfloor.chat.site.plain import plain
from fairfloor.session.discussion import links, name
from fairfloor.session.people import unfit
from fairfloor.session.ports import Record, Records
from fairfloor.voices.message import SHORT
from fairfloor.web.discussion.discussion import answered
from fairfloor.web.discussion.discussions import Discussions
from fairfloor.web.people.door import digest, text
from fairfloor.web.people.guard import Filled, Refused, too_often
from fairfloor.web.people.rates import Rate
from fairfloor.web.people.visitor import Visit, Visitor, cookies, visit_of

DAYS = 60
"""Days for which a browser knows which comments are its own."""
ADDRESS = Rate("comment from an address", 12, 15.0)
GUEST = Rate("comment of a guest or an account", 6, 30.0)
LATELY = 200
"""Comments, the latest of all articles, among which the same words are looked for."""


_GONE = {"removed", "withdrawn"}


class Draft(NamedTuple):
    """What somebody is about to say."""

    article: Article
    parent: Comment | None
    text: str
    name: str


class Saying:
    """What people do with their own comments."""

    def __init__(self, discussions: Discussions) -> None:
        self._all = discussions
        self._hosting = discussions.hosting
        self._comments = discussions.library.comments
        discussions.on_shown(self.ask)

    # Who it is

    def key(self, request: Request, article: int) -> str:
        """Give who a visitor is to the floor; empty for who has said nothing here yet."""
        visit = visit_of(request)
        if visit.visitor.signed_in:
            return visit.visitor.by
        return self._guest(visit, cookies(request, "guest", visit.door.site.secure), article)

    def _guest(self, visit: Visit, token: str, article: int) -> str:
        if not token:
            return ""
        signed = visit.door.sign("guest", f"{article}\0".encode() + digest(token))
        return f"guest:{text(signed[:15])}"

    def _author(self, request: Request, draft: Draft) -> Author:
        """Give who says it; a guest has a cookie from now on."""
        visit = visit_of(request)
        visitor = visit.visitor
        if visitor.role in STAFF:
            return Author(kind="host", name=visitor.name, key=visitor.by)
        if visitor.signed_in:
            return Author(kind="account", name=visitor.name, key=visitor.by, network=visitor.network or "")
        token = cookies(request, "guest", visit.door.site.secure)
        if not token:  # of the form's own cookie, so that a form sent twice makes one guest
            token = text(visit.door.sign("guest token", visit.digest))
            visit.set("guest", token, DAYS)
        key = self._guest(visit, token, draft.article.id)
        return Author(kind="named" if draft.name else "anonymous", name=draft.name, key=key)

    def own(self, request: Request, comment: Comment) -> bool:
        """Tell whether a visitor wrote a comment."""
        key = self.key(request, comment.article)
        return bool(key) and key == comment.author.key and comment.origin is None

    # Saying

    async def drafted(self, form: Filled, visitor: Visitor, article: Article, parent: Comment | None) -> Draft:
        """Read what somebody is about to say. Raises Refused with what to do about it."""
        words = form.text("text", MAX_COMMENT)
        if not words.strip():
            raise Refused(422, "Nothing was said", "Go back and write a sentence.")
        given = "" if visitor.signed_in else " ".join(form.text("name", MAX_NAME).split())
        if given and (why := unfit(given) or await self._taken(given)) is not None:
            raise Refused(422, "That name does not do", f"{why} Go back and choose another, or none.")
        return Draft(article, parent, words, given)

    async def _taken(self, given: str) -> str | None:
        """Refuse the names of the host's people to others, what passes for one, and what is no name."""
        people = self._hosting.door.people
        members = await asyncio.to_thread(people.members) if people else []
        return refused(given, [member.name for member in members])

    async def say(self, request: Request, draft: Draft, form: Filled) -> Comment:
        """Say something. Raises Refused where that is too often, or the discussion is over."""
        now = self._hosting.door.now()
        if not draft.article.open_at(now):
            raise Refused(409, "This discussion is closed", "What was said in it can still be read.")
        self._not_too_often(request)
        await self._all.settled()
        author = self._author(request, draft)
        staff = author.kind == "host"
        why = None if staff else await self._suspicion(draft.article.id, draft.text, unseen=bool(form.text("website")))
        until = None if staff or why else quiet_until(self._all.house, now)
        said = Comment(
            article=draft.article.id,
            parent=draft.parent.id if draft.parent else None,
            at=now,
            author=author,
            text=draft.text,
            state="held" if why or until else "shown",
            why=why or "",
            until=until,
        )
        deeds = [Deed(comment=0, at=now, by="", do="hold", why=why)] if why else []
        async with self._all.lock:  # whoever changes what it replies to has done so, or sees that it is answered
            kept = await asyncio.to_thread(self._comments.say, said, deeds, self._once(request, form, draft))
        await self.ask(kept)
        return kept

    def _once(self, request: Request, form: Filled, draft: Draft) -> str:
        """Name a form as it was sent: who goes back, and sends other words with it, says something else."""
        once = form.text("once", 200)
        told = f"{once}\0{draft.article.id}\0{draft.parent and draft.parent.id}\0{draft.text}"
        digested = hashlib.sha256(visit_of(request).digest + told.encode("utf-8", "replace"))
        return digested.hexdigest()[:32] if once else ""

    def _not_too_often(self, request: Request) -> None:
        visit = visit_of(request)
        visitor, rates = visit.visitor, visit.door.rates
        if visitor.role in STAFF:
            return
        wait = rates.spend(GUEST, visitor.by if visitor.signed_in else visit.digest)
        wait = wait or rates.spend(ADDRESS, visit.door.address(request.scope))
        if wait:
            too_often(wait)

    async def _suspicion(self, article: int, words: str, *, unseen: bool = False) -> str | None:
        elsewhere = await asyncio.to_thread(self._elsewhere, article, words)
        return suspicion(links=len(links(words)), unseen=unseen, elsewhere=elsewhere)

    def _elsewhere(self, article: int, words: str) -> bool:
        """Tell whether the same words were said under another article lately."""
        said = _print(words, "markdown")
        if not said:
            return False
        return any(
            _print(one.text, one.form) == said for one in self._comments.latest(LATELY) if one.article != article
        )

    # What becomes of it

    async def case(self, request: Request, comment: Comment) -> Case:
        """Give a comment with what there is to know of it and of who asks."""
        discussion = await self._all.of(comment.article)
        return await self._case(request, comment, answered=answered(comment, discussion.comments.values()))

    async def _case(self, request: Request, comment: Comment, *, answered: bool) -> Case:
        return Case(
            comment=comment,
            role=visit_of(request).visitor.role,
            own=self.own(request, comment),
            answered=answered,
            last=tuple(await asyncio.to_thread(self._comments.deeds, comment.id)),
            now=self._hosting.door.now(),
        )

    async def do(self, request: Request, comment: Comment, do: Do, why: str = "", words: str = "") -> Comment:
        """Do something about a comment. words: what it says from now on. Raises Refused: 409 where it cannot be."""
        role = visit_of(request).visitor.role
        if do == "edit" and role not in STAFF and (held := await self._suspicion(comment.article, words)):
            raise Refused(409, "That would be looked at first", f"{held} Say it in a comment of its own.")
        before, kept = await self._done(request, comment, do, why, words)
        await self._tell(before, kept, do)
        return kept

    async def several(self, request: Request, comments: Iterable[Comment], do: Do, why: str) -> int:
        """Do one thing about several comments that wait, each by itself in the log; gives how many it was.

        What somebody else dealt with meanwhile, or its author took back, is left as it is.

        Their questions enter the evening's log when all is done: so a discussion is arranged once and not each time.
        """
        done: list[tuple[Comment, Comment]] = []
        for comment in comments:
            with suppress(Refused):
                done.append(await self._done(request, comment, do, why, waits=True))
        for before, kept in done:
            await self._tell(before, kept, do)
        return len(done)

    async def _done(
        self, request: Request, comment: Comment, do: Do, why: str, words: str = "", *, waits: bool = False
    ) -> tuple[Comment, Comment]:
        """Do something about a comment; gives it as it was and as it is. Raises Refused. waits: whether it must."""
        visitor, now = visit_of(request).visitor, self._hosting.door.now()
        async with self._all.lock:
            before = await asyncio.to_thread(self._comments.comment, comment.id) or comment
            answered = do == "edit" and await asyncio.to_thread(self._answered, before)
            case = await self._case(request, before, answered=answered)
            if waits and before.state != "held":
                raise Refused(409, "That cannot be done", "It does not wait any more.")
            if (refusal := refuses(case, do, why)) is not None:
                known = case.own or visitor.role in STAFF
                raise Refused(409 if known else 403, "That cannot be done", refusal)
            by = "" if do in {"edit", "withdraw", "appeal"} else visitor.name
            deed = Deed(comment=before.id, at=now, by=by, do=do, why=why)
            changed = _changed(before, do, why, words, now)
            return before, await asyncio.to_thread(self._comments.change, changed, deed)

    def _answered(self, comment: Comment) -> bool:
        """Tell whether somebody else has answered a comment by now."""
        return answered(comment, self._comments.under(comment.article))

    # The evening's log

    async def ask(self, comment: Comment) -> None:
        """Let a comment that is shown with a place, and asks something, stand in the evening's log."""
        words = plain(comment.text, comment.form)
        if comment.state != "shown" or comment.author.kind == "host" or not asks(words):
            return
        discussion = await self._all.of(comment.article)
        decisions = discussion.arrangement.decisions
        if comment.id not in decisions.floor or decisions.host(comment.id):
            return
        record, free = await self._logged(comment)
        if record is None or record.withdrawn:
            with suppress(Refused):  # the evening does not run any more; the comment stands where it is
                await self._hosting.maker.put(self._post(comment, words, free))

    async def _tell(self, before: Comment, comment: Comment, do: Do) -> None:
        """Let the evening's log follow what became of a comment that stands in it."""
        record, _ = await self._logged(comment)
        if record is None or record.withdrawn:
            await self.ask(comment)
        elif comment.state in _GONE or (do == "edit" and before.text != comment.text):
            await self._rewrite(comment, record.act.id)

    async def catch_up(self) -> None:
        """Let the log follow what was removed, taken back or changed while the evening did not run, or broke off."""
        for comment in await asyncio.to_thread(self._comments.rewritten):
            record, _ = await self._logged(comment)
            if record is None or not isinstance(record.act, Post):
                continue
            if record.withdrawn:
                await self.ask(comment)
            elif comment.state in _GONE or record.act.text != plain(comment.text, comment.form):
                await self._all.of(comment.article)
                await self._rewrite(comment, record.act.id)

    async def _logged(self, comment: Comment) -> tuple[Record | None, str]:
        return await asyncio.to_thread(logged, self._hosting.records, comment.id)

    async def let_go(self, article: int) -> None:
        """Take out of the log what stands there of the comments under an article, before they go with it.

        Raises Refused where the evening does not run: nobody could do it later.
        """
        for comment in await asyncio.to_thread(self._comments.under, article):
            record, _ = await self._logged(comment)
            if record is not None and not record.withdrawn:
                await self._hosting.maker.put(Deletion(id=record.act.id, at=self._hosting.now()))

    async def _rewrite(self, comment: Comment, act: str) -> None:
        """Have the log say of a comment that stands in it what it says by now. act: the post that it is there."""
        with suppress(Refused):  # the evening does not run: `catch_up` sees to it when one does
            if comment.state in _GONE:
                await self._hosting.maker.put(Deletion(id=act, at=self._hosting.now()))
            else:
                await self._hosting.maker.put(Edit(post=self._post(comment, plain(comment.text, comment.form), act)))

    def _post(self, comment: Comment, words: str, act: str) -> Post:
        """Give a comment as the log has it: a guest by what tells nobody anything beyond this discussion."""
        parent = comment.parent
        asked = self._all.known(comment.article, parent)
        to_host = asked is not None and asked.author.kind == "host"
        account = comment.author.key
        if account.startswith("guest:"):
            account = f"site:guest/{hashlib.sha256(account.encode()).hexdigest()[:12]}"
        return Post(
            id=act,
            at=self._hosting.now(),
            account=account,
            handle=comment.author.name if comment.author.kind == "account" else None,
            network="site",
            text=words,
            reply_to=None if parent is None or to_host else name(parent),
        )


def logged(records: Records, comment: int) -> tuple[Record | None, str]:
    """Give the last post as which a comment came into the evening's log, and the id that it would come by again."""
    last, act, again = None, name(comment), count(2)
    while (record := records.record(act)) is not None:
        last, act = record, f"{name(comment)}.{next(again)}"
    return last, act


@lru_cache(2 * LATELY)
def _print(words: str, form: Form) -> bytes:
    """Give what tells words from others, in whatever order; empty of few words. Long ones take milliseconds each."""
    runs = shingles(plain(words, form))
    return hashlib.sha256(repr(sorted(runs)).encode()).digest() if len(runs) >= SHORT else b""


def _changed(comment: Comment, do: Do, why: str, words: str, now: datetime) -> Comment:
    match do:
        case "edit":
            return msgspec.structs.replace(comment, text=words, edited=now)
        case "withdraw":
            return msgspec.structs.replace(comment, state="withdrawn", why="", until=None)
        case "show":
            return msgspec.structs.replace(comment, state="shown", why="", until=None)
        case "remove":
            return msgspec.structs.replace(comment, state="removed", why=why, until=None)
        case _:
            return comment
