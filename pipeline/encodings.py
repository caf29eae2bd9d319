"""The encodings: how the bytes of a file become text, and which files are not sure enough to be read."""

import codecs
import re
from collections.abc import Iterator

from pipeline.containers import Part
from pipeline.errors import DataError

LOST = "\ufffd"
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
JOINING = "’‘´`·­-"
ENOUGH = 20_000


def encoding_of(part: Part) -> str:
    """By its byte order mark or its zeros, else UTF-8 where it is that but for damaged places, else Windows Latin-1.

    Raises `DataError` where one byte a letter does not make Western words: what the letters are is then not known.
    """
    head = part.head(1 << 16)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), "") or _wide(head)
    if marked:
        return marked
    many, lost, words = _counted(part)
    if not lost or many * 20 > lost:
        return "utf-8"
    strange = sum(map(_is_strange, words))
    if strange * 10 > len(words):
        seen = next(word for word in words if _is_strange(word)).decode("latin-1")
        raise DataError(
            f"{part.name}: the text is neither UTF-8 nor Western (such as {seen!r}), so its letters are not known. "
            "Save it as UTF-8, or state its encoding.",
            "encoding",
        )
    return "cp1252"


def decoded(part: Part, encoding: str, start: int = 0) -> Iterator[bytes]:
    """The text behind the first `start` bytes as UTF-8 without a byte order mark; what cannot be decoded becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding.removesuffix("-sig") if start else encoding)("replace")
    for chunk in part.chunks(start):
        plain = encoding == "utf-8" and chunk.isascii() and not decoder.getstate()[0]
        yield chunk if plain else _utf8(decoder.decode(chunk))
    yield _utf8(decoder.decode(b"", True))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of ordinary text is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.05 else ""


def _counted(part: Part) -> tuple[int, int, list[bytes]]:
    """Letters of several bytes that UTF-8 can read, places that it cannot, and some words with bytes above ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    many = lost = 0
    words: list[bytes] = []
    for chunk in part.chunks():
        if chunk.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(chunk)
        unread = text.count(LOST) - chunk.count(LOST.encode())
        lost += max(unread, 0)
        many += sum(not c.isascii() for c in text) - text.count(LOST) if lost else 0
        many += 1 if not lost and not text.isascii() else 0
        if lost and len(words) < ENOUGH:
            words += WORD.findall(chunk)[:ENOUGH]
    return many, lost + decoder.decode(b"", True).count(LOST), words


def _is_strange(word: bytes) -> bool:
    """Whether a word, read as Windows Latin-1, is none: letters of other alphabets, or signs and capitals within it."""
    text = word.decode("cp1252", "replace")
    if LOST in text or re.search(r"[^\x00-\x7f]{3}", text) or text in ("ÿ", "þ"):
        return True
    for before, letter, after in zip(text, text[1:], [*text[2:], ""], strict=False):
        if not letter.isascii() and letter.isalpha() and letter.isupper() and before.islower():
            return True
        if not letter.isascii() and not letter.isalpha() and letter not in JOINING and after.isalpha():
            return True
    return not text[0].isalpha() and text[0] not in "€£¥¿¡«“‘„’–—°©®" and len(text) > 1 and text[1].isalpha()
