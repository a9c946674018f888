"""What a detached CMS signature says of itself: signers, times, digests (RFC 5652, K9). Pure: bytes in, values out.

Certificates are not checked: no chain, no revocation lists, no trust. Signatures by RSA and ECDSA are recomputed;
those by ГОСТ Р 34.10 are read only, since their check needs certified software.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

MOST_SIGNERS = 20
SIGNED_DATA, MESSAGE_DIGEST, SIGNING_TIME = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
_DIGESTS = {
    "1.3.14.3.2.26": ("SHA-1", "sha1"),
    "2.16.840.1.101.3.4.2.1": ("SHA-256", "sha256"),
    "2.16.840.1.101.3.4.2.2": ("SHA-384", "sha384"),
    "2.16.840.1.101.3.4.2.3": ("SHA-512", "sha512"),
    "1.2.643.2.2.9": ("ГОСТ Р 34.11-94", "md_gost94"),
    "1.2.643.7.1.1.2.2": ("ГОСТ Р 34.11-2012, 256 бит", "md_gost12_256"),
    "1.2.643.7.1.1.2.3": ("ГОСТ Р 34.11-2012, 512 бит", "md_gost12_512"),
}
"""Object identifier → (title, name in hashlib; those of ГОСТ only where OpenSSL has them)."""
_PSS = "1.2.840.113549.1.1.10"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class Unreadable(ValueError):
    """The bytes are no CMS signature of definite length."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One signer. `digest`: is the digest inside the document's; `signature`: does it fit (never a word on trust)."""

    name: str
    organisation: str
    serial: str
    issuer: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    signed_at: dt.datetime | None
    """By the signer's own clock."""
    algorithm: str
    digest: Literal["same", "other", "unknown"]
    signature: Literal["right", "wrong", "unchecked"]

    @property
    def spoilt(self) -> bool:
        """Certainly no signature of this document."""
        return self.digest == "other" or self.signature == "wrong"

    @property
    def out_of_term(self) -> bool:
        """By its own clock it was made when the certificate was not valid."""
        if not (self.signed_at and self.valid_from and self.valid_to):
            return False
        return not self.valid_from <= self.signed_at <= self.valid_to


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    body: bytes
    raw: bytes


def read(signature: bytes, document: bytes) -> list[Signer]:
    """The signers of a detached signature (DER), compared with the document. Raises Unreadable."""
    try:
        certificates, infos = _parts(signature)
        if not 1 <= len(infos) <= MOST_SIGNERS:
            raise Unreadable("signers")
        return [_signer(_elements(one.body), certificates, document) for one in infos]
    except (IndexError, ValueError) as error:
        raise Unreadable(str(error)) from error


def _parts(signature: bytes) -> tuple[list[bytes], list[_Element]]:
    """(certificates as DER, signers) of ContentInfo → SignedData."""
    whole = _one(signature, 0x30)
    kind, wrapped = _elements(whole.body)[:2]
    if kind.tag != 0x06 or _oid(kind.body) != SIGNED_DATA:
        raise Unreadable("no signed data")
    signed = _elements(_one(wrapped.body, 0x30).body)
    given = next((one for one in signed[3:-1] if one.tag == 0xA0), None)
    if signed[-1].tag != 0x31:
        raise Unreadable("no signers")
    return [one.raw for one in _elements(given.body)] if given else [], _elements(signed[-1].body)


def _signer(parts: Sequence[_Element], certificates: Sequence[bytes], document: bytes) -> Signer:
    _version, sid, digest_algorithm, *rest = parts
    attributes = rest.pop(0) if rest[0].tag == 0xA0 else None
    algorithm, value = rest[:2]
    title, hash_name = _DIGESTS.get(_oid(_elements(digest_algorithm.body)[0].body), ("неизвестный алгоритм", ""))
    found = _attributes(attributes)
    certificate = next((one for one in map(_loaded, certificates) if one and _is_of(one, sid)), None)
    digest = _compared(found.get(MESSAGE_DIGEST), hash_name, document)
    key_title, signature = _checked(
        certificate,
        _oid(_elements(algorithm.body)[0].body),
        hash_name,
        value.body,
        b"\x31" + attributes.raw[1:] if attributes else document,
    )
    return Signer(
        name=_person(certificate),
        organisation=_named(certificate, NameOID.ORGANIZATION_NAME),
        serial=_serial(sid, certificate),
        issuer=_named(certificate, NameOID.COMMON_NAME, issuer=True),
        valid_from=certificate.not_valid_before_utc if certificate else None,
        valid_to=certificate.not_valid_after_utc if certificate else None,
        signed_at=_moment(found.get(SIGNING_TIME)),
        algorithm=", ".join(filter(None, (key_title, title))),
        digest=digest,
        signature=signature,
    )


def _compared(found: _Element | None, hash_name: str, document: bytes) -> Literal["same", "other", "unknown"]:
    if found is None or not hash_name:
        return "unknown"
    try:
        expected = hashlib.new(hash_name, document, usedforsecurity=False).digest()
    except ValueError:
        return "unknown"  # this OpenSSL knows nothing of ГОСТ
    return "same" if expected == found.body else "other"


def _checked(
    certificate: x509.Certificate | None, algorithm: str, hash_name: str, signature: bytes, signed: bytes
) -> tuple[str, Literal["right", "wrong", "unchecked"]]:
    """(name of the key's algorithm, does the signature fit the bytes that were signed)."""
    if algorithm.startswith("1.2.643."):
        return "ГОСТ Р 34.10", "unchecked"
    known = _HASHES.get(hash_name)
    if certificate is None or known is None:
        return "", "unchecked"
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            if algorithm == _PSS:
                return "RSA", "unchecked"
            key.verify(signature, signed, padding.PKCS1v15(), known)
            return "RSA", "right"
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(known))
            return "ECDSA", "right"
    except InvalidSignature:
        return "RSA" if isinstance(key, rsa.RSAPublicKey) else "ECDSA", "wrong"
    except (UnsupportedAlgorithm, ValueError):
        pass
    return "", "unchecked"


def _attributes(given: _Element | None) -> dict[str, _Element]:
    """Signed attributes: identifier → first value."""
    found = {}
    for one in _elements(given.body) if given else []:
        kind, values = _elements(one.body)[:2]
        found[_oid(kind.body)] = _elements(values.body)[0]
    return found


def _moment(value: _Element | None) -> dt.datetime | None:
    """UTCTime or GeneralizedTime in UTC; None when it is something else."""
    form = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}.get(value.tag) if value else None
    if value is None or form is None:
        return None
    try:
        return dt.datetime.strptime(value.body.decode("ascii"), form).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def _loaded(raw: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(raw)
    except ValueError:
        return None  # an attribute certificate or a form of old


def _is_of(certificate: x509.Certificate, sid: _Element) -> bool:
    """Is the signer identified by issuer and number, or by the key's identifier, the holder of this certificate?"""
    try:
        if sid.tag == 0x30:
            issuer, serial = _elements(sid.body)[:2]
            number = int.from_bytes(serial.body, "big", signed=True)
            return certificate.serial_number == number and certificate.issuer.public_bytes() == issuer.raw
        key = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return key.value.digest == sid.body
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False


def _serial(sid: _Element, certificate: x509.Certificate | None) -> str:
    if certificate is not None:
        return f"{certificate.serial_number:X}"
    return _elements(sid.body)[1].body.hex().upper() if sid.tag == 0x30 else ""


def _person(certificate: x509.Certificate | None) -> str:
    """Surname and given names where the certificate has them (a person of an organisation), else its common name."""
    parts = (_named(certificate, NameOID.SURNAME), _named(certificate, NameOID.GIVEN_NAME))
    return " ".join(parts) if all(parts) else _named(certificate, NameOID.COMMON_NAME)


def _named(certificate: x509.Certificate | None, what: x509.ObjectIdentifier, *, issuer: bool = False) -> str:
    if certificate is None:
        return ""
    try:
        found = (certificate.issuer if issuer else certificate.subject).get_attributes_for_oid(what)
    except ValueError:
        return ""  # names that break the standard are not guessed at
    return " ".join(str(found[0].value).split())[:200] if found else ""


def _one(data: bytes, tag: int) -> _Element:
    found = _element(data, 0)
    if found.tag != tag:
        raise Unreadable("another element")
    return found


def _elements(data: bytes) -> list[_Element]:
    found, at = [], 0
    while at < len(data):
        one = _element(data, at)
        found.append(one)
        at += len(one.raw)
    return found


def _element(data: bytes, at: int) -> _Element:
    tag, length, start = data[at], data[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise Unreadable("indefinite length")
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if tag & 0x1F == 0x1F or start + length > len(data):
        raise Unreadable("cut short")
    return _Element(tag, data[start : start + length], data[at : start + length])


def _oid(body: bytes) -> str:
    """Dotted form of an object identifier."""
    numbers: list[int] = []
    value = 0
    for byte in body:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(str(one) for one in (first, numbers[0] - 40 * first, *numbers[1:]))
