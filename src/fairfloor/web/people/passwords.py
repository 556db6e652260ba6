"""Passwords, by argon2id; to find that a name is unknown takes the same work as to find that its password is wrong."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fairfloor.session.people import name_key

SHORTEST, LONGEST = 12, 200
HASHER = PasswordHasher()
"""As RFC 9106 has it for machines with little memory: 64 MB, three passes."""
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$Wb9RpHXO5chqPdDB4mrYxA$bwtnH5fW9U6fXgOjCzXXxVAKjV8m6e/KMtqPKwNO4H4"
"""What is verified where a name is unknown: as much work as any other, which a test sees to."""


def hashed(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Give what is kept of a password. Takes a tenth of a second."""
    return hasher.hash(_normal(password))


def fits(kept: str | None, password: str, hasher: PasswordHasher = HASHER) -> bool:
    """Tell whether a password is the one that was kept; None was kept of nobody, whose no password is."""
    try:
        hasher.verify(kept or NOBODYS, _normal(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str, hasher: PasswordHasher = HASHER) -> bool:
    """Tell whether it was kept with less work than is done now, so that it is to be hashed again."""
    return hasher.check_needs_rehash(kept)


def weak(password: str, name: str) -> str | None:
    """Say in a sentence why this should not be a password; None where it may.

    Length is what counts; rules on signs and digits make passwords worse (NIST SP 800-63B).
    """
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters. A few words that only you would put together are good."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if len(set(password)) < SHORTEST // 2 or name_key(password).replace(name_key(name), "").strip() in {"", "1", "!"}:
        return "That is too easy to guess: take a few words that only you would put together."
    return None


def _normal(password: str) -> str:
    """Give a password as any keyboard would have typed it."""
    return unicodedata.normalize("NFKC", password)
