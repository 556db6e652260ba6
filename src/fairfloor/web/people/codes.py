"""The second factor: six digits counted from a shared secret and the time (RFC 6238), and codes for when it is lost.

A code is good half a minute before and after its own, because clocks differ. It is used up by its step of time, and
with it all steps before: who looks over a shoulder, or between, cannot use it again.
"""

import hmac
import secrets
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from fairfloor.web.people.door import digest

STEP = 30
DIGITS = 6
DRIFT = 1
"""Steps that a clock may be before or after ours."""
SECRET = 20
"""Bytes, as the standard wants with SHA-1, which is what the programs on phones know."""
RECOVERY = 8


def new_secret() -> bytes:
    """Make a secret to be shared."""
    return secrets.token_bytes(SECRET)


def step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """Give the step of time that a code is of, near now; None where it is of none. Steps are tried all, always."""
    given = "".join(code.split())
    if not (len(given) == DIGITS and given.isascii() and given.isdigit()):
        return None
    counted = TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 - the standard's; an HMAC does not need more of a hash
    here = int(now.timestamp()) // STEP
    steps = range(max(0, here - DRIFT), here + DRIFT + 1)
    found = [step for step in steps if hmac.compare_digest(counted.generate(step * STEP), given.encode())]
    return found[-1] if found else None


def typed(secret: bytes) -> str:
    """Write a secret for somebody who types it, in groups of four."""
    return _grouped(b32encode(secret).decode(), " ")


def picture(secret: bytes, name: str, site: str) -> str:
    """Draw what a phone's camera reads, as SVG to stand in a page."""
    label = f"{quote(site, safe='')}:{quote(name, safe='')}"
    uri = f"otpauth://totp/{label}?secret={b32encode(secret).decode()}&issuer={quote(site, safe='')}"
    return segno.make(uri, error="m", micro=False).svg_inline(
        scale=4, border=4, light="#fff", dark="#000", omitsize=True
    )


def new_recovery() -> list[str]:
    """Make codes that each let in once, for whoever lost the phone."""
    return [_grouped(b32encode(secrets.token_bytes(10)).decode().lower(), "-") for _ in range(RECOVERY)]


def recovery_digest(code: str) -> bytes:
    """Give what is kept of a code for recovery; it has 80 bits, so it needs no slow hash."""
    return digest("".join(sign for sign in code.lower() if sign.isalnum()))


def _grouped(text: str, between: str) -> str:
    return between.join(text[at : at + 4] for at in range(0, len(text), 4))
