"""Detached signatures made in tests: an invented certificate, real RSA or ECDSA, and the frame of one by ГОСТ."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

SIGNED_DATA, DATA = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
FIRST, LAST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)


@functools.cache
def key(kind: str) -> Any:
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())


@functools.cache
def certificate(kind: str = "ec", name: str = "Иванова Анна Петровна", last: dt.datetime = LAST) -> x509.Certificate:
    """A certificate that its own key has signed."""
    surname, given = name.split(" ", 1)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Дом творчества"),
            x509.NameAttribute(NameOID.SURNAME, surname),
            x509.NameAttribute(NameOID.GIVEN_NAME, given),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Дом творчества"),
        ]
    )
    made = x509.CertificateBuilder(subject, subject, key(kind).public_key(), 0x2F0001, FIRST, last)
    return made.sign(key(kind), hashes.SHA256())


def signed(document: bytes, *, kind: str = "ec", detached: bool = True, **subject: Any) -> bytes:
    """The CMS signature of `document` as DER; with `detached=False` it holds the document."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(document)
    builder = builder.add_signer(certificate(kind, **subject), key(kind), hashes.SHA256())
    options = [pkcs7.PKCS7Options.Binary]
    return builder.sign(Encoding.DER, [*options, pkcs7.PKCS7Options.DetachedSignature] if detached else options)


def element(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + size + body


def by_gost() -> bytes:
    """The frame of a signature by ГОСТ Р 34.10-2012 (256): numbers and names as they are, the values invented."""
    digest = element(0x30, bytes.fromhex("06082a85030701010202"))
    time = element(0x30, bytes.fromhex("06092a864886f70d010905"), element(0x31, element(0x17, b"261012090000Z")))
    hashed = element(0x30, bytes.fromhex("06092a864886f70d010904"), element(0x31, element(0x04, b"h" * 32)))
    held = certificate()
    sid = element(0x30, held.issuer.public_bytes(), element(0x02, held.serial_number.to_bytes(3, "big")))
    algorithm = element(0x30, bytes.fromhex("06082a85030701010101"))
    signer = element(
        0x30, element(0x02, b"\x01"), sid, digest, element(0xA0, time, hashed), algorithm, element(0x04, b"s" * 64)
    )
    papers = element(0xA0, held.public_bytes(Encoding.DER))
    body = (element(0x02, b"\x01"), element(0x31, digest), element(0x30, DATA), papers, element(0x31, signer))
    return element(0x30, SIGNED_DATA, element(0xA0, element(0x30, *body)))
