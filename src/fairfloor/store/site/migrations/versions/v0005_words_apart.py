"""Letters of scripts without spaces are parted from other letters and digits too: 2026年 is found by both its words.

What an earlier Fairfloor put into SQLite's index is put there anew as it is searched for now; PostgreSQL's has no
earlier one.
"""

import re
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "site0005"
down_revision = "site0004"

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_BETWEEN = re.compile(rf"(?<=[{_UNSPACED}])(?=[\w{_UNSPACED}])|(?<=\w)(?=[{_UNSPACED}])")


def upgrade() -> None:
    """Part the words of the index; one article at a time, since each may be long."""
    db = op.get_bind()
    if db.dialect.name != "sqlite":
        return
    for (number,) in db.execute(sa.text("SELECT rowid FROM found")).all():
        title, words = db.execute(sa.text("SELECT title, words FROM found WHERE rowid = :n"), {"n": number}).one()
        row = {"n": number, "title": _apart(title), "words": _apart(words)}
        if (row["title"], row["words"]) != (title, words):
            db.execute(sa.text("UPDATE found SET title = :title, words = :words WHERE rowid = :n"), row)


def _apart(text: str) -> str:
    return text if text.isascii() else _BETWEEN.sub("\u200b", normalize("NFC", text))
