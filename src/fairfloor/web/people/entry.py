"""Signing in one of the host's people: one form, one answer, the same work for a known name and an unknown one.

Name, password and code come in one form, so there is no half-signed-in state to defend, and what is refused is
refused in one sentence, whichever of the three was wrong. Tries are counted by name, so that a password cannot be
guessed from many addresses; but then a crowd could lock the host out of their own evening by guessing at their name.
So a browser that has signed in with this name before carries a signed cookie that says so, and has a bucket of its
own (OWASP's "device cookies").
"""

import asyncio
import secrets

from starlette.requests import Request

from fairfloor.session.people import Credentials, Member, People, name_key
from fairfloor.web.people import codes, passwords
from fairfloor.web.people.door import Door, content, text
from fairfloor.web.people.guard import too_often
from fairfloor.web.people.rates import SIGN_IN_ADDRESS, SIGN_IN_ALL, SIGN_IN_DEVICE, SIGN_IN_NAME
from fairfloor.web.people.visitor import Visit, cookies

_NONCE = 16
_DEVICE_DAYS = 365


async def enter(request: Request, visit: Visit, name: str, password: str, code: str) -> Member | None:
    """Sign somebody in, or do not; raises Refused where it is tried too often."""
    door = visit.door
    if door.people is None:
        return None
    spend(request, door, name)
    member = await checked(door, door.people, name, password, code)
    if member is not None:
        await welcome(visit, member)
    return member


async def welcome(visit: Visit, member: Member) -> None:
    """Sign a member in, and know the browser from now on."""
    await visit.begin(member)
    visit.set("device", device(visit.door, member.name), days=_DEVICE_DAYS)


async def checked(door: Door, people: People, name: str, password: str, code: str) -> Member | None:
    """Give the member whom name, password and code are of; the code is used up."""
    kept = await asyncio.to_thread(people.credentials, name)
    right = await verified(door, kept, password)
    used = await asyncio.to_thread(_second, door, people, kept, code) if right else False
    if not (kept and right and used):
        return None
    if passwords.outdated(kept.password, door.hasher):
        async with door.hashing:
            await asyncio.to_thread(people.set_password, kept.member, passwords.hashed(password, door.hasher))
    return kept.member


async def verified(door: Door, kept: Credentials | None, password: str) -> bool:
    """Tell whether a password is right; nobody's is never right, and takes as long."""
    async with door.hashing:
        return await asyncio.to_thread(passwords.fits, kept.password if kept else None, password, door.hasher)


def _second(door: Door, people: People, kept: Credentials | None, code: str) -> bool:
    """Tell whether the second factor is right, where there is one, and use it up."""
    if kept is None:
        return False
    if kept.secret is None:
        return True
    step = codes.step_of(kept.secret, code, door.now())
    if step is not None:
        return people.use_step(kept.member, step)
    return people.use_recovery(kept.member, codes.recovery_digest(code))


def device(door: Door, name: str) -> str:
    """Make what a browser carries that has signed in with a name."""
    nonce = secrets.token_bytes(_NONCE)
    return text(nonce + _of_device(door, name, nonce))


def _of_device(door: Door, name: str, nonce: bytes) -> bytes:
    return door.sign("device", nonce + name_key(name).encode("utf-8", "replace"))


def spend(request: Request, door: Door, name: str) -> None:
    """Count a try to show who one is. Raises Refused where there were too many."""
    carried = content(cookies(request, "device", door.site.secure))
    nonce, signed = carried[:_NONCE], carried[_NONCE:]
    if secrets.compare_digest(signed, _of_device(door, name, nonce)):
        wait = door.rates.spend(SIGN_IN_DEVICE, nonce)
    else:
        tries = ((SIGN_IN_ADDRESS, door.address(request.scope)), (SIGN_IN_NAME, name_key(name)), (SIGN_IN_ALL, None))
        wait = next((wait for rate, key in tries if (wait := door.rates.spend(rate, key))), 0.0)
    if wait:
        too_often(wait)
