"""Words of a search: normalising, splitting, stemming, keyboard layouts, transliteration.

Pure functions over strings; the same ones prepare documents and queries, so that both sides always meet.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from threading import local

import Stemmer

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_QUOTES = "«»„“”‘’‹›\"'`"
_TABLE = str.maketrans(
    {"ё": "е", "\u0301": None, "\u00ad": None, "\u200b": None, "\u00a0": " ", "№": " "}
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_QUOTES, " ")
)
_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SPECIAL = (("c++", "cpp"), ("с++", "cpp"), ("c#", "csharp"), ("с#", "csharp"))

_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RUSSIAN = str.maketrans(_LATIN_KEYS + '{}:"<>~', _RUSSIAN_KEYS + "хъжэбюё")
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)
_CYRILLIC = re.compile("[а-яё]")
_LATIN = re.compile("[a-z]")

# Longest first: the pattern below takes the first alternative that fits.
_TRANSLITERATION = (
    *(
        ("shch", "щ"),
        ("sch", "щ"),
        ("yu", "ю"),
        ("ju", "ю"),
        ("ya", "я"),
        ("ja", "я"),
        ("yo", "е"),
        ("jo", "е"),
    ),
    *(
        ("ye", "е"),
        ("zh", "ж"),
        ("kh", "х"),
        ("ts", "ц"),
        ("ch", "ч"),
        ("sh", "ш"),
        ("iy", "ий"),
        ("ay", "ай"),
    ),
    *(
        ("oy", "ой"),
        ("ey", "ей"),
        ("uy", "уй"),
        ("ph", "ф"),
        ("ck", "к"),
        ("ce", "це"),
        ("ci", "ци"),
        ("cy", "цы"),
    ),
    *zip("abvgdeziklmnoprstufhcyjw", "абвгдезиклмнопрстуфхкыйв", strict=True),
)
_TRANSLITERATE = dict(_TRANSLITERATION) | {"x": "кс", "q": "к", "'": "ь"}
_TRANSLITERATION_RE = re.compile("|".join(re.escape(k) for k in sorted(_TRANSLITERATE, key=len, reverse=True)))

_STOP_WORDS = """
    и в во на с со к ко о об от до для по из за у не а но или как что это при под над без же ли бы мы вы я
    он она они его ее их наш мой то так где чтобы через между про the a an and of for to in on with at by
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Words nearly every programme could carry: they help ranking, but nobody is refused for lacking them.
_OPTIONAL_WORDS = """
    кружок кружка кружки секция занятие занятия программа студия школа объединение клуб курс курсы обучение
    учиться ребенок ребенка дети детский детям год года лет годик летний возраст старше младше бесплатно
    бесплатный платно платный рядом город район хочу записаться запись найти поблизости дополнительный
    образование
"""

_stemmers = local()


def normalise(text: str) -> str:
    """Lower case, ё → е, one kind of hyphen, no quotes, no stress marks or soft hyphens."""
    lowered = text.lower()
    if not unicodedata.is_normalized("NFC", lowered):
        lowered = unicodedata.normalize("NFC", lowered)
    lowered = lowered.translate(_TABLE)
    if "+" in lowered or "#" in lowered:
        for written, plain in _SPECIAL:
            lowered = lowered.replace(written, plain)
    return lowered


def tokenise(text: str) -> list[str]:
    """Words of a text in order; a hyphenated word gives its parts and then the joined spelling."""
    tokens: list[str] = []
    for found in _TOKEN.findall(normalise(text)):
        if "-" in found:
            tokens.extend(found.split("-"))
            tokens.append(found.replace("-", ""))
        else:
            tokens.append(found)
    return tokens


def hyphenated(text: str) -> list[str]:
    """Words of a text that are written with a hyphen."""
    return [word for word in _TOKEN.findall(normalise(text)) if "-" in word] if "-" in text else []


def words(text: str) -> list[str]:
    """Words of a query in order; a hyphen separates (neighbours are tried joined later)."""
    return _TOKEN.findall(normalise(text).replace("-", " "))


def _stemmer(language: str) -> "Stemmer.Stemmer":
    """A stemmer of this thread: the object keeps state between calls."""
    found = getattr(_stemmers, language, None)
    if found is None:
        found = Stemmer.Stemmer(language, 0)
        setattr(_stemmers, language, found)
    return found


@lru_cache(maxsize=16384)
def stem(token: str) -> str:
    """Stem of one normalised token; a last э counts as е («каратэ», «карате»), digits stay as they are."""
    if token.isascii():
        return token if token.isdigit() else _stemmer("english").stemWord(token)
    return _stemmer("russian").stemWord(token[:-1] + "е" if token.endswith("э") else token)


OPTIONAL_STEMS = frozenset(stem(word) for word in _OPTIONAL_WORDS.split())


def swap_layout(text: str) -> str:
    """The text as if typed with the other keyboard layout: «hj,jn» → «робот», «зныерщт» → «python»."""
    lowered = text.lower()
    return lowered.translate(_TO_LATIN if _CYRILLIC.search(lowered) else _TO_RUSSIAN)


def has_latin(text: str) -> bool:
    """True when the text has a Latin letter."""
    return bool(_LATIN.search(text.lower()))


def transliterate(token: str) -> str:
    """Russian spelling of a word written in Latin letters: «robototehnika» → «робототехника»."""
    return _TRANSLITERATION_RE.sub(lambda found: _TRANSLITERATE[found[0]], token.lower())


_VOWELS = frozenset("аеиоуыэюя")
_FLEETING_LAST = frozenset("кцнлрмб")
# Suffixes of adjectives that Snowball keeps: шахматн(ый) → шахмат, хореографическ(ий) → хореограф.
_DERIVATIONS = (
    *(
        ("ическ", ""),
        ("ическ", "ик"),
        ("ическ", "ическ"),
        ("ческ", "к"),
        ("альн", ""),
        ("ельн", ""),
        ("ивн", ""),
    ),
    *(
        ("евальн", ""),
        ("ональн", ""),
        ("ьн", ""),
        ("очн", "к"),
        ("ичн", ""),
        ("ск", ""),
        ("ов", ""),
        ("ев", ""),
    ),
    *(("н", ""), ("ист", ""), ("ик", ""), ("ник", ""), ("ник", "н")),
)


@lru_cache(maxsize=4096)
def relatives(stemmed: str) -> tuple[str, ...]:
    """Stems that may belong to the same word: fleeting vowels, adjectives (the caller keeps known ones)."""
    if len(stemmed) < 4 or stemmed.isascii():
        return ()
    found: dict[str, None] = {}
    if stemmed[-2] in "ое" and stemmed[-1] in _FLEETING_LAST and stemmed[-3] not in _VOWELS:
        found[stemmed[:-2] + stemmed[-1]] = None
    if stemmed[-1] in _FLEETING_LAST and stemmed[-2] not in _VOWELS:
        base = stemmed[:-2] if stemmed[-2] == "ь" else stemmed[:-1]
        found[base + "о" + stemmed[-1]] = None
        found[base + "е" + stemmed[-1]] = None
    for suffix, replacement in _DERIVATIONS:
        if stemmed.endswith(suffix) and len(stemmed) - len(suffix) + len(replacement) >= 3:
            found[stemmed[: -len(suffix)] + replacement] = None
    found.pop(stemmed, None)
    return tuple(found)


_PHONETIC = str.maketrans("оеэыяюбдгзвжщё", "аииииуптксфшши", "ьъ")


def phonetic(token: str) -> str:
    """A rough sound of a Russian word: unstressed vowels, voicing, double letters and signs do not count."""
    folded = token.translate(_PHONETIC).replace("тс", "ц").replace("дс", "ц")
    return folded[:1] + "".join(right for left, right in pairwise(folded) if left != right)
