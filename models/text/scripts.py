"""Strings of about 20 scripts, made from their code points, and the fonts that can draw them.

Words are made up, of letters with vowel signs where the script has them; half of Latin's are real.
Pillow shapes them through raqm (HarfBuzz), so that letters join and reorder.
"""

from __future__ import annotations

import functools
import random
import statistics
import unicodedata
from pathlib import Path

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

RANGES = {
    "arabic": ((0x0627, 0x064A), None),
    "armenian": ((0x0561, 0x0586), None),
    "balinese": ((0x1B13, 0x1B33), (0x1B35, 0x1B41)),
    "bengali": ((0x0995, 0x09B9), (0x09BE, 0x09CC)),
    "cyrillic": ((0x0430, 0x044F), None),
    "devanagari": ((0x0915, 0x0939), (0x093E, 0x094C)),
    "ethiopic": ((0x1200, 0x1357), None),
    "georgian": ((0x10D0, 0x10F0), None),
    "greek": ((0x03B1, 0x03C9), None),
    "gujarati": ((0x0A95, 0x0AB9), (0x0ABE, 0x0ACC)),
    "gurmukhi": ((0x0A15, 0x0A39), (0x0A3E, 0x0A4C)),
    "hebrew": ((0x05D0, 0x05EA), None),
    "japanese": ((0x3042, 0x3093), None),
    "javanese": ((0xA98F, 0xA9B2), (0xA9B4, 0xA9BC)),
    "kannada": ((0x0C95, 0x0CB9), (0x0CBE, 0x0CCC)),
    "khmer": ((0x1780, 0x17A2), (0x17B6, 0x17C5)),
    "lao": ((0x0E81, 0x0EAE), (0x0EB4, 0x0EB9)),
    "latin": ((0x0061, 0x007A), None),
    "myanmar": ((0x1000, 0x1021), (0x102B, 0x1032)),
    "oriya": ((0x0B15, 0x0B39), (0x0B3E, 0x0B4C)),
    "sinhala": ((0x0D9A, 0x0DC6), (0x0DCF, 0x0DDF)),
    "tamil": ((0x0B95, 0x0BB9), (0x0BBE, 0x0BCC)),
    "thai": ((0x0E01, 0x0E2E), (0x0E34, 0x0E39)),
    "tifinagh": ((0x2D30, 0x2D65), None),
}
"""First and last code point of letters, and of vowel signs that may follow one (Unicode 16)."""

CASED = ("armenian", "cyrillic", "greek", "latin")
UNSPACED = ("japanese", "khmer", "lao", "myanmar", "thai")
"""Written without spaces between words: a word here is a phrase."""

TRAIN_FONTS = {
    "latin": (
        "noto_sans/NotoSans-Regular.ttf",
        "noto_sans/NotoSans-Bold.ttf",
        "noto_sans/NotoSans-Italic.ttf",
        "latin_etc/open-sans_OpenSans-Regular.ttf",
        "latin_etc/open-sans_OpenSans-Bold.ttf",
        "latin_etc/metropolis_Metropolis-Regular.otf",
        "latin_etc/metropolis_Metropolis-Bold.otf",
        "latin_etc/metropolis_Metropolis-Thin.otf",
        "biz_ud_gothic/BIZ-UDGothic.otf",
    ),
    "cyrillic": ("noto_sans/NotoSans-Regular.ttf", "latin_etc/open-sans_OpenSans-Regular.ttf"),
    "greek": ("noto_sans/NotoSans-Regular.ttf", "latin_etc/open-sans_OpenSans-Regular.ttf"),
    "arabic": ("noto_sans/NotoNaskhArabic-Regular.ttf",),
    "japanese": ("biz_ud_gothic/BIZ-UDGothic.otf",),
}
TEST_FONTS = {
    "latin": (
        "latin_etc/roboto_Roboto-Regular.ttf",
        "latin_etc/roboto_Roboto-Black.ttf",
        "latin_etc/roboto_Roboto-CondensedLight.ttf",
        "latin_etc/pt-sans_PTSans-Regular.ttf",
        "latin_etc/pt-sans_PTSans-NarrowBold.ttf",
    ),
    "cyrillic": ("latin_etc/roboto_Roboto-Regular.ttf", "latin_etc/pt-sans_PTSans-Regular.ttf"),
    "greek": ("latin_etc/roboto_Roboto-Regular.ttf",),
    "arabic": ("noto_sans/NotoNaskhArabic-Bold.ttf",),
}
"""Latin, Cyrillic and Greek are tested on other families, the rest on the family's other weight."""

UNSEEN = ("balinese", "oriya", "tifinagh")
"""Scripts with a single font that training never sees: tested with that font."""

ONE_FONT = ("ethiopic", "gujarati", "japanese", "javanese", "kannada", "myanmar", "sinhala")
"""Scripts with a single font that training sees: tested with it, on other words and grounds."""

REAL_WORDS = (
    "total",
    "cash",
    "change",
    "tax",
    "invoice",
    "date",
    "time",
    "item",
    "price",
    "amount",
    "receipt",
    "thank",
    "you",
    "welcome",
    "street",
    "road",
    "open",
    "closed",
    "menu",
    "file",
    "edit",
    "view",
    "help",
    "search",
    "sign",
    "in",
    "settings",
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "that",
    "for",
    "it",
    "with",
    "as",
    "his",
    "on",
    "be",
    "at",
    "by",
    "this",
    "had",
    "not",
    "are",
    "but",
    "from",
    "or",
    "have",
    "an",
    "they",
    "which",
    "one",
    "you",
    "were",
    "January",
    "Monday",
    "km/h",
    "kg",
    "EUR",
    "GBP",
    "USD",
    "No.",
    "Tel",
    "www.example.com",
    "info@example.org",
)

SIZE_FOR_METRICS = 200
"""Pixels to the em at which a font's proportions are measured."""


def fonts(script: str, *, test: bool) -> tuple[str, ...]:
    """Font files of a script below fonts/, empty where the split has none."""
    if script in UNSEEN:
        return (_noto(script, "Regular"),) if test else ()
    if script in (TEST_FONTS if test else TRAIN_FONTS):
        return (TEST_FONTS if test else TRAIN_FONTS)[script]
    if script == "japanese":
        return TRAIN_FONTS[script]
    if script in ONE_FONT:
        return (_noto(script, "Regular"),)
    return (_noto(script, "Bold" if test else "Regular"),)


def _noto(script: str, weight: str) -> str:
    return f"noto_sans/NotoSans{script.capitalize()}-{weight}.ttf"


@functools.lru_cache(maxsize=512)
def load(path: Path, size: int) -> FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)


@functools.cache
def x_height(path: Path, script: str) -> float:
    """Of an em: the letter x, or the median ink height of a caseless script's letters."""
    font = load(path, SIZE_FOR_METRICS)
    sample = {"latin": "x", "cyrillic": "х", "greek": "χ", "armenian": "ո"}  # noqa: RUF001 - the letters meant
    letters = sample.get(script) or letters_of(path, script)[:60]
    boxes = [font.getbbox(letter, anchor="ls") for letter in letters]
    return statistics.median(box[3] - box[1] for box in boxes) / SIZE_FOR_METRICS


@functools.cache
def letters_of(path: Path, script: str) -> str:
    (first, last), _ = RANGES[script]
    letters = [c for c in _covered(path, first, last) if unicodedata.category(c)[0] == "L"]
    if script == "japanese":
        letters += _kanji()
    return "".join(c for c in letters if not _stands_alone(c))


@functools.cache
def _marks_of(path: Path, script: str) -> str:
    _, marks = RANGES[script]
    return "".join(_covered(path, *marks)) if marks else ""


def _kanji() -> list[str]:
    """Katakana, and a part of the first level of JIS X 0208."""
    katakana = [chr(code) for code in range(0x30A2, 0x30F3)]
    rows = (0xB1, 0xB7, 0xBD, 0xC6)
    cells = (0xA1, 0xB5, 0xC3, 0xD4, 0xE2, 0xF0)
    return katakana + [bytes((row, cell)).decode("euc_jp") for row in rows for cell in cells] * 3


def _stands_alone(letter: str) -> bool:
    """Independent vowels: a sign after one would be drawn on a dotted circle."""
    name = unicodedata.name(letter, "")
    return "VOWEL" in name or name.split()[-1] in {"A", "AA", "I", "II", "U", "UU", "E", "O"}


def _covered(path: Path, first: int, last: int) -> list[str]:
    """Assigned characters that the font draws otherwise than a missing one."""
    font = load(path, 24)
    missing = bytes(font.getmask("\uffff"))
    points = [chr(code) for code in range(first, last + 1)]
    return [
        c for c in points if unicodedata.category(c) != "Cn" and bytes(font.getmask(c)) != missing
    ]


def phrase(draw: random.Random, path: Path, script: str, words: int) -> str:
    """So many made-up words, with figures and punctuation where the font has them."""
    made = [_word(draw, path, script) for _ in range(words)]
    return ("" if script in UNSPACED and draw.random() < 0.7 else " ").join(made)


SINGLES = "0123456789" * 2 + "SXZT*%:-#"
"""What stands alone in columns: quantities, codes and signs."""


def figures(draw: random.Random) -> str:
    """A price, date, time or code, as receipts, charts and tables have them."""
    number = draw.choice((draw.randrange(10), draw.randrange(100), draw.randrange(100000)))
    return draw.choice(
        (
            f"{number}",
            f"{number / 100:.2f}",
            f"{draw.randrange(1, 29):02}/{draw.randrange(1, 13):02}/20{draw.randrange(10, 30)}",
            f"{draw.randrange(24):02}:{draw.randrange(60):02}",
            f"{draw.randrange(1000):03}-{draw.randrange(10000):04}",
            f"{draw.randrange(101)}%",
            f"{draw.choice('$€£')}{number / 100:.2f}",
            f"{draw.choice('ABCDEFTX')}{draw.randrange(10**7):07}",
        )
    )


def _word(draw: random.Random, path: Path, script: str) -> str:
    if script == "latin" and draw.random() < 0.45:
        return _cased(draw, draw.choice(REAL_WORDS))
    if script in ("latin", "cyrillic", "greek") and draw.random() < 0.15:
        return figures(draw)
    letters, marks = letters_of(path, script), _marks_of(path, script)
    length = draw.randint(1, 9) if not marks else draw.randint(1, 5)
    if script in UNSPACED:
        length += 2
    text = ""
    for _ in range(length):
        text += draw.choice(letters)
        if marks and draw.random() < 0.45:
            text += draw.choice(marks)
    return _cased(draw, text) if script in CASED else text


def _cased(draw: random.Random, word: str) -> str:
    way = draw.random()
    if way < 0.5:
        return word
    return word.upper() if way < 0.75 else word.capitalize()
