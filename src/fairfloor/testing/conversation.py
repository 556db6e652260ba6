"""A discussion as there was one under the post that all this began with: thirty-one comments, six deep, some anonymous.

The words are ours. It is what the demo's site shows, and what tests of discussions read and answer.
"""

from datetime import datetime, timedelta

from fairfloor.chat.site.comment import Author, Comment

HOST = "HOST"
"""Stands for the host, whatever their name is."""

SAID: tuple[tuple[int | None, str, str], ...] = (
    (None, "", "I read along all evening and did not dare to say a word. Thank you for holding it anyhow."),
    (1, HOST, "You were there, that counts. Next week there is a question for everybody who never posted."),
    (2, "", "Then I will try. Is it alright to ask something that you may not like?"),
    (3, HOST, "Those are the ones I want. Ask."),
    (4, "", "Why are complaints about officers heard by officers?"),
    (5, HOST, "Fair. I do not have a good answer yet; I will bring somebody who has, and you can hold me to it."),
    (None, "did:plc:ann", "The tag was unreadable for an hour. What helped was that the *questions* stayed in sight."),
    (7, "did:plc:bob", "For me too. I folded nothing myself and still missed nothing."),
    (8, "did:plc:ann", "And the folded ones were all there. I looked at a few: mostly one text."),
    (
        9,
        "Marisol",
        "Mostly, yes. Some of them were people with a grievance, though, who copied because nobody listens.",
    ),
    (10, HOST, "This is what I take with me from the night. If you write it in your own words, it has its place."),
    (11, "Marisol", "I will. My nephew was stopped *four times* in one month. That is not a hashtag."),
    (
        None,
        "Walter",
        (
            "With respect, I was there for the shouting, and I think you had it coming.\n\n"
            "You talk about policing as if it were a hobby."
        ),
    ),
    (13, HOST, "I do not mind being told. What would you have asked, if it had not been so loud?"),
    (14, "Walter", "What happens to an officer who lies in a report. Not in theory. In this county, last year."),
    (
        15,
        "did:plc:cat",
        (
            "> Not in theory. In this county, last year.\n\n"
            "The numbers are public: <https://example.org/discipline>. Three were dismissed."
        ),
    ),
    (16, "Walter", "Three of how many?"),
    (17, "did:plc:cat", "The report does not say. That is the question to ask, then."),
    (13, "", "You had it coming is not an argument."),
    (19, "Walter", "No. It is how it feels from here."),
    (
        None,
        "Officer K.",
        "Off duty, for myself alone: I learnt more from one hour of being shouted at than from a year of applause.",
    ),
    (21, "", "Then say so on duty."),
    (22, "Officer K.", "I did. That is why I am here under half a name."),
    (None, "did:plc:dee", "Could we take on *one* of their topics next week, head on? I propose body cameras."),
    (24, HOST, "Yes. It is on the list of topics, and whoever wants it can say so there."),
    (24, "Walter", "I would come for that. Without shouting."),
    (26, "Marisol", "See you there, Walter."),
    (None, "", "As a moderator of a small book chat: how many people did it take you to keep this in order?"),
    (28, HOST, "Two, and we had time to read. The week before it was five, and none of us read a thing."),
    (29, "", "That is the most convincing number here."),
    (None, "Grandmother of five", "You are all up too late. Good night."),
)
"""What each replies to (counted from 1), who says it (an account, a name, or nobody), and what."""


def conversation(article: int, begins: datetime, host: str) -> list[Comment]:
    """Give the comments, three minutes apart, as `Comments.bring` takes them: a parent is the place of another."""
    return [
        Comment(
            article=article,
            parent=None if parent is None else -parent,
            at=begins + timedelta(minutes=3 * place),
            author=author(who, host, place),
            text=text,
        )
        for place, (parent, who, text) in enumerate(SAID)
    ]


def author(who: str, host: str, place: int = 0) -> Author:
    """Give an author; of those without a name each is somebody else."""
    if who == HOST:
        return Author(kind="host", name=host, key=host)
    if who.startswith("did:"):
        handle = f"{who.removeprefix('did:plc:')}.example.org"
        return Author(kind="account", name=handle, key=who, network="bluesky")
    return Author(kind="named" if who else "anonymous", name=who, key=f"guest:{who or place}")
