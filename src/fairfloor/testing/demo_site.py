"""The site of the demo's host: a post about an earlier night, with its discussion, and who the host is."""

from datetime import datetime, timedelta

from fairfloor.chat.site.article import Article, Term
from fairfloor.session.library import Library
from fairfloor.testing.conversation import conversation

_NIGHT = """
Three weeks ago, at ten past nine, our tag was gone. Within a quarter of an hour there were four thousand posts under
it, from accounts that most of us had never seen, and hardly one of them was speaking *to* anybody. Dale had just asked
about the shift pattern. I found his question the next morning.

I have been told to change the tag, to move the night, and to stop. I will do none of the three:

- A tag cannot be owned. **They would find the next one** before our regulars did.
- Wednesday at nine is when the shift ends, and when the children sleep.
- Some of those who shouted have a case. I would rather hear it than outlast it.

So this is what we try instead: everybody gets their turn, one person one turn, and what does not fit is folded and not
deleted. Read it, open it, tell me where it was wrong. And say below what you made of that night; I read all of it.

> A chat that only its friends can follow is not public, and one that nobody can follow is not a chat.
"""
_ABOUT = """
I am Robin. I was a patrol officer for eleven years, and I have held #CopChat for six of the years since: Wednesdays,
9 pm Eastern, 6 pm Pacific, officers and public together.

This chat and its evening are simulated, as I am. The floor that sorts them is not.
"""


def set_up_site(library: Library, host: str, begins: datetime) -> None:
    """Put the host's site into a library, as it was when an evening begins."""
    at = begins - timedelta(days=20)
    library.keep_term(Term(kind="category", slug="evenings", name="Evenings"))
    for slug in ("hashjacking", "fairness"):
        library.keep_term(Term(kind="tag", slug=slug, name=slug))
    post = library.keep(
        Article(
            path=f"/posts/{at:%Y/%m}/the-night-they-came",
            title="The night they came",
            text=_NIGHT.strip(),
            state="published",
            published=at,
            updated=at,
            by=host,
            categories=("evenings",),
            tags=("hashjacking", "fairness"),
        )
    )
    library.keep(
        Article(
            kind="page",
            path="/about",
            title="About the host",
            text=_ABOUT.strip(),
            state="published",
            published=at,
            updated=at,
            by=host,
            discussion="closed",
        )
    )
    library.comments.bring(conversation(post.id, at + timedelta(hours=2), host))
