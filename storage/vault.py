"""Sealing: a key for each patient, wrapped by the master secret; keyed hashes for look-ups.

Destroying a patient's wrapped key makes everything that was sealed for them unreadable, also in
backups. AES-256-GCM with random 96-bit nonces (NIST SP 800-38D); keys derived by HKDF (RFC 5869).
"""

import os
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import KeyDestroyed, Sealed, StorageError

NONCE_BYTES = 12
KEY_BYTES = 32
SHORTEST_SECRET = 32
WRAPPED_V1 = b"\x01"  # first byte of a wrapped key: which way of wrapping


class PatientKey:
    """Seals and opens what belongs to one patient (or to the staff side: `Vault.system`)."""

    __slots__ = ("_aead", "_owner")

    def __init__(self, key: bytes, owner: bytes) -> None:
        self._aead = AESGCM(key)
        self._owner = owner

    def seal(self, data: bytes) -> bytes:
        """Ciphertext that only this key opens; sealing twice never gives the same bytes."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, data, self._owner)

    def open(self, sealed: bytes) -> bytes:
        """The sealed bytes; raises Sealed when they were changed or belong to another key."""
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._owner)
        except (InvalidTag, ValueError) as exc:
            raise Sealed from exc

    def seal_json(self, value: Any) -> bytes:
        """Like `seal`, for plain data."""
        return self.seal(orjson.dumps(value))

    def open_json(self, sealed: bytes) -> Any:
        """Like `open`, for what `seal_json` sealed."""
        return orjson.loads(self.open(sealed))


class Vault:
    """All keys of one installation, derived from its master secret."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise StorageError(f"the secret key needs at least {SHORTEST_SECRET} bytes; it has {len(secret)}")
        self._wrap = AESGCM(_derived(secret, b"aidline wrap 1"))
        self._lookup = HMAC(_derived(secret, b"aidline lookup 1"), SHA256())
        self._chain = HMAC(_derived(secret, b"aidline audit 1"), SHA256())
        self.system = PatientKey(_derived(secret, b"aidline system 1"), b"system")

    def new_key(self, owner: str = "") -> bytes:
        """A fresh patient key, wrapped; it opens only for the same `owner` (the patient's id)."""
        nonce = os.urandom(NONCE_BYTES)
        wrapped = self._wrap.encrypt(nonce, os.urandom(KEY_BYTES), WRAPPED_V1 + owner.encode())
        return WRAPPED_V1 + nonce + wrapped

    def open_key(self, wrapped: bytes | None, owner: str = "") -> PatientKey:
        """The key to work with; raises KeyDestroyed when there is none any more."""
        if not wrapped:
            raise KeyDestroyed
        nonce, rest = wrapped[1 : NONCE_BYTES + 1], wrapped[NONCE_BYTES + 1 :]
        bound = owner.encode()
        try:
            return PatientKey(self._wrap.decrypt(nonce, rest, wrapped[:1] + bound), bound)
        except (InvalidTag, ValueError) as exc:
            raise Sealed from exc

    def lookup(self, *parts: str) -> str:
        """A keyed hash to find a row by something that must not stand there in clear."""
        return _keyed(self._lookup, parts)

    def chain(self, *parts: str) -> str:
        """A keyed hash for the audit trail; only who has the secret can write a trail that verifies."""
        return _keyed(self._chain, parts)


def _keyed(keyed: HMAC, parts: tuple[str, ...]) -> str:
    # Each part carries its length, so that ("a", "bc") and ("ab", "c") differ.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    hashed = keyed.copy()  # a third of what it costs to begin with the key
    hashed.update(b"".join([len(part).to_bytes(4, "big") + part for part in encoded]))
    return hashed.finalize().hex()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret)
