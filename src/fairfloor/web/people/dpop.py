"""Proof that a request is from who was given a token: a signed note on it (RFC 9449); and PKCE's pair (RFC 7636)."""

import hashlib
import secrets
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from fairfloor.web.people.door import text

_HALF = 32


class Key:
    """A key for one sign-in; it is forgotten with it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        self.public = {"kty": "EC", "crv": "P-256", "x": _number(numbers.x), "y": _number(numbers.y)}

    def proof(self, method: str, url: str, at: int, nonce: str = "") -> str:
        """Sign a note on a request; at: seconds since 1970; nonce: what the server gave to be signed too."""
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public}
        note: dict[str, Any] = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url, "iat": at}
        if nonce:
            note["nonce"] = nonce
        signed = f"{_part(head)}.{_part(note)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(SHA256())))
        return f"{signed}.{text(r.to_bytes(_HALF) + s.to_bytes(_HALF))}"


def challenge(verifier: str) -> str:
    """Give what is shown first of a verifier that is shown later."""
    return text(hashlib.sha256(verifier.encode()).digest())


def _part(content: dict[str, Any]) -> str:
    return text(msgspec.json.encode(content))


def _number(number: int) -> str:
    return text(number.to_bytes(_HALF))
