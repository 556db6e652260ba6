"""The chat that the demo is an evening of: its settings and its run sheet, as a host would have set them up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fairfloor.chat.moves import Doing, Move, Settle, Write
from fairfloor.chat.schedule.slots import local
from fairfloor.chat.schedule.written import schedule
from fairfloor.chat.settings import Person, Settings
from fairfloor.chat.sheet.plan import Planned
from fairfloor.session.decide import Rules
from fairfloor.session.ports import Store
from fairfloor.wiring.chats import keep

HOST = "Robin"
"""The public name of the demo's host."""
_ZONE = "America/Toronto"
_ABOUT = "Police officers and the public, together, for an hour a week. Ask what you want to know; answer what you can."
_RULES = """
- **Ask and answer.** Hard questions are welcome; so is disagreement.
- Speak of what people do, not of what they are.
- No names, addresses or pictures of people who are not here.
"""


def set_up(store: Store, rules: Rules, questions: Sequence[str], begins: datetime, lasting: timedelta) -> None:
    """Begin the evening in a store, and write its moves of before down."""
    store.begin(rules)
    on = local(begins, _ZONE).date()
    plan = schedule(f"Wednesdays 21:00 {_ZONE}", on, lasting)
    hosts = tuple(Person(account) for account in sorted(rules.hosts))
    settings = Settings(tag=rules.tag, name="CopChat", hosts=hosts, about=_ABOUT, rules=_RULES, schedule=plan)
    sheet = tuple(Planned(text=question) for question in questions)
    doings: tuple[Doing, ...] = (Settle(settings=settings), Write(session=on.isoformat(), questions=sheet))
    before = begins - timedelta(days=1)
    moves = [
        Move(id=f"move:demo{number}", at=before, by=HOST, role="host", do=do, reason="Set up for the demo")
        for number, do in enumerate(doings, 1)
    ]
    keep(store, *moves)
