"""Detached electronic signatures (.sig, CMS) beside stored documents: kept, read, compared with the document.

What is checked: the file is a detached CMS signature of this very document as far as `core.cms` can tell, and both are
still the bytes they were. Certificates are never checked, and a signature by ГОСТ needs certified software. The caller
asks its own policy first.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from opora.core import cms, files
from opora.core.access import Actor
from opora.core.models import DetachedSignature, StoredFile
from opora.core.reasons import Hidden, Reason, Refused
from opora.core.transactions import act

MOST_BYTES = 1_000_000
TYPE = "application/pkcs7-signature"
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
"""The object identifier 1.2.840.113549.1.7.2 with which every CMS signature begins."""
_ARMOUR = re.compile(rb"-----[A-Z0-9 ]+-----")
NOT_A_SIGNATURE = Reason(
    "not_a_signature",
    "Это не файл отсоединённой подписи.",
    hint="Нужен файл .sig или .p7s, который делает программа для электронной подписи.",
    field="file",
)
OTHER_DOCUMENT = Reason(
    "other_document",
    "Эта подпись сделана для другого файла или испорчена: с документом она не сходится.",
    hint="Скачайте документ отсюда, подпишите его, не меняя, и приложите новый файл подписи.",
    field="file",
)
ATTACHED = Reason(
    "attached_signature",
    "В этом файле подпись вместе с документом, а нужна отсоединённая.",
    hint="В программе для подписи выберите «отсоединённая подпись».",
    field="file",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A signature as pages show it. `intact`: document and signature are the bytes that were brought.

    `signers` is empty when the file could not be read (a stream of indefinite length) or is not intact.
    """

    row: DetachedSignature
    intact: bool
    signers: Sequence[cms.Signer] = ()

    @property
    def other_name(self) -> bool:
        """The certificate names somebody whose surname is not in what was typed: worth a look."""
        names = [one.name for one in self.signers if one.name]
        typed = _words(self.row.signer)
        return bool(names) and not any(_words(name)[:1] and _words(name)[0] in typed for name in names)

    @property
    def document_hash(self) -> str:
        return self.row.document.sha256

    @property
    def signature_hash(self) -> str:
        return self.row.file.sha256


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name.casefold().replace("ё", "е"))


def attach(actor: Actor, *, document: StoredFile, name: str, data: bytes, signer: str) -> DetachedSignature:
    """Keep a signature of `document`. Refused: no detached signature, of something else, no signer, twice the same."""
    who = " ".join(signer.split())[:200]
    if not who:
        raise Refused(Reason("signer_required", "Напишите, кто подписал: фамилия, имя, отчество.", field="signer"))
    check(data)
    read = _signers(data, _bytes(document) or b"")
    if read and all(one.spoilt for one in read):
        raise Refused(OTHER_DOCUMENT)
    digest = hashlib.sha256(data).hexdigest()
    with act(actor):
        StoredFile.objects.select_for_update(no_key=True).get(pk=document.pk)
        if document.signatures.filter(file__sha256=digest).exists():
            raise Refused(Reason("signature_known", "Эта подпись уже приложена.", field="file"))
        row = DetachedSignature(document=document, signer=who, added_by_id=actor.account_id, added_by_name=actor.name)
        kept = name if name.lower().endswith((".sig", ".p7s", ".sgn")) else f"{name}.sig"
        row.file = files.store(actor, owner=document, name=kept, content_type=TYPE, data=data)
        row.save()
        row.refresh_from_db()
    return row


def of(document: StoredFile | None) -> list[Shown]:
    """The signatures of a document, oldest first."""
    if document is None:
        return []
    rows = list(document.signatures.select_related("file", "document"))
    whole = _bytes(document) if rows else None
    found = []
    for row in rows:
        data = _bytes(row.file) if whole is not None else None
        intact = whole is not None and data is not None
        found.append(Shown(row, intact, _signers(data, whole) if data is not None and whole is not None else ()))
    return found


def one_of(document: StoredFile | None, pk: int) -> DetachedSignature:
    """One signature of the document, or Hidden."""
    found = document.signatures.select_related("file").filter(pk=pk).first() if document is not None else None
    if found is None:
        raise Hidden("signature")
    return found


def check(data: bytes) -> None:
    """Raise Refused unless these bytes are a whole detached CMS signature, as DER or in base64."""
    raw = _der(data)
    if len(data) > MOST_BYTES or raw[:1] != b"\x30" or SIGNED_DATA not in raw[:32]:
        raise Refused(NOT_A_SIGNATURE)
    if _holds_content(raw):
        raise Refused(ATTACHED)
    try:
        cms.read(raw, b"")
    except cms.Unreadable as error:
        if not _endless(raw):
            raise Refused(NOT_A_SIGNATURE) from error


def _signers(data: bytes, document: bytes) -> list[cms.Signer]:
    try:
        return cms.read(_der(data), document)
    except cms.Unreadable:
        return []


def _endless(raw: bytes) -> bool:
    """A stream of indefinite length, as some programs write: kept, but not read here."""
    return raw[1:2] == b"\x80"


def _der(data: bytes) -> bytes:
    if data[:1] == b"\x30":
        return data
    try:
        return base64.b64decode(b"".join(_ARMOUR.sub(b"", data).split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _holds_content(raw: bytes) -> bool:
    """Does the CMS carry the document itself? ContentInfo → SignedData → version, digests, content (RFC 5652).

    Files of indefinite length (streams) are not looked into.
    """
    try:
        signed = _inside(_inside(raw, 0, 0x30), len(SIGNED_DATA), 0xA0)
        body = _inside(signed, 0, 0x30)
        content = _inside(body, _after(body, _after(body, 0)), 0x30)
        return _after(content, 0) < len(content)
    except (IndexError, ValueError):
        return False


def _header(data: bytes, at: int) -> tuple[int, int]:
    """(where the value begins, its length) of the element at `at`."""
    length = data[at + 1]
    if length < 0x80:
        return at + 2, length
    count = length & 0x7F
    if not 1 <= count <= 4:
        raise ValueError("indefinite length")
    return at + 2 + count, int.from_bytes(data[at + 2 : at + 2 + count], "big")


def _inside(data: bytes, at: int, tag: int) -> bytes:
    if data[at] != tag:
        raise ValueError("another element")
    start, length = _header(data, at)
    return data[start : start + length]


def _after(data: bytes, at: int) -> int:
    start, length = _header(data, at)
    return start + length


def _bytes(file: StoredFile) -> bytes | None:
    """The bytes as they were brought; None when they are lost or others."""
    try:
        data = files.read(file)
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == file.sha256 else None
