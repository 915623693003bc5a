"""Names, places and numbers in texts as placeholders: ``[PERSOON-1]``, the same person by the same number.

``deduce`` knows Dutch names and places.  It was made for letters of a hospital; here it reads speech and telegram
style, where any word may carry a capital, so what it finds is looked at again before it is replaced.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import shutil
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from soep.clinical import complaints, medicines
from soep.clinical.cardinals import cardinal, digitise
from soep.errors import ExportError
from soep.export import identifiers
from soep.export.identifiers import Span, Tag, listed
from soep.formats.speakers import roles_of
from soep.i18n import _
from soep.types import Role

_TITLES = listed("titles")
_PARTICLES = listed("particles")
_ORDINARY = listed("ordinary")
_NOBODY = listed("nobody")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PART = re.compile(r"[^\W\d_]+")
_TAGS = {
    "persoon": Tag.PERSON,
    "patient": Tag.PERSON,
    "datum": Tag.DATE,
    "locatie": Tag.PLACE,
    "ziekenhuis": Tag.INSTITUTION,
    "zorginstelling": Tag.INSTITUTION,
    "telefoonnummer": Tag.PHONE,
    "bsn": Tag.BSN,
    "id": Tag.NUMBER,
    "emailadres": Tag.EMAIL,
    "url": Tag.WEB,
}
_NAMES = {Tag.PERSON, Tag.PLACE, Tag.INSTITUTION}
# Left out of what deduce does: an age of 48 is clinical, streets and postcodes are found by their form, and the text is
# replaced here, for all lines together.
_DISABLED = {"ages", "street_pattern", "street_lookup", "housenumber", "postal_code", "institution", "redactor"}
# 769 000 streets and 244 000 institutions take deduce minutes and a gigabyte to prepare, and hold "Bult", "Hoest" and
# "Contact".  Without them it is ready in seconds, needs no cache on disk, and takes fewer findings for an address.
_LISTS_LEFT_OUT = ("locations/lst_street", "institutions/lst_healthcare_institution")
_SHORTEST_NAME = 3
_SHORTEST_CODE = 4
_SHORTEST_SPOKEN_CODE = 5


def replaced(texts: Sequence[str], known: Iterable[str]) -> list[str]:
    """The texts with placeholders, numbered through all of them.

    Args:
        texts: of one consult, in order.
        known: what is known of who was there (names, a label, a patient number): goes wherever it occurs.

    Raises:
        ExportError: deduce is not installed.
    """
    finder = _finder()
    of_consult = finder.known(known)
    found = [_merged(text, [*finder.spans(text), *of_consult.spans(text)]) for text in texts]
    names = _name_words(texts, found, finder)
    found = [_merged(text, [*spans, *_again(text, names)]) for text, spans in zip(texts, found, strict=True)]
    placeholders = _Placeholders()
    return [placeholders.put(text, spans) for text, spans in zip(texts, found, strict=True)]


def check_installed() -> None:
    """Find out without importing it whether deduce is there.

    Raises:
        ExportError: it is not.
    """
    if importlib.util.find_spec("deduce") is None:
        raise _not_installed()


def _not_installed() -> ExportError:
    return ExportError(
        _("Voor dit uitvoerformaat ontbreekt het onderdeel dat namen en plaatsen herkent (deduce)."),
        _("Installeer soep opnieuw met dat onderdeel erbij: {command}.").format(
            command='pipx install --force "soep[deidentificatie]"'
        ),
    )


# deduce ----------------------------------------


@cache
def _finder() -> _Finder:
    """Made on first use: importing deduce and preparing its lists takes some seconds."""
    with _undisturbed(), tempfile.TemporaryDirectory(prefix="soep-") as folder:
        try:
            import deduce  # noqa: PLC0415 - optional, and slow to import
        except ImportError as error:
            raise _not_installed() from error
        lists = Path(deduce.__file__).parent / "data" / "lookup" / "src"
        left_out = [Path(name).name for name in _LISTS_LEFT_OUT]
        shutil.copytree(lists, Path(folder, "src"), ignore=shutil.ignore_patterns("__pycache__", *left_out))
        for name in _LISTS_LEFT_OUT:
            Path(folder, "src", name).mkdir()
            Path(folder, "src", name, "items.txt").write_text("–\n", "utf-8")  # a list may not be empty
        return _Finder(deduce.Deduce(lookup_data_path=folder, cache_path=folder))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep log and warnings as they are: deduce, when imported, prints all log lines and resets all warnings."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = [logging.NullHandler()]
    try:
        with warnings.catch_warnings():
            yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


class _Finder:
    """Finds identifiers in one text at a time."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        lists = engine.lookup_structs
        self._names = (lists["first_name"], lists["surname"])
        self._towns = lists["placename"]
        self._usual = lists["whitelist"]

    def spans(self, text: str) -> Iterator[Span]:
        """All that is found without knowing the consult; overlaps are not resolved."""
        yield from identifiers.by_form(text)
        drugs = [drug.span for drug in medicines.find(text) if drug.exact and drug.kind is not medicines.Kind.CLASS]
        for span in [*self._listed(text), *self._announced(text)]:
            if span.tag not in _NAMES or not any(start < span.end and span.start < end for start, end in drugs):
                yield span

    def known(self, texts: Iterable[str]) -> _Known:
        """The finder of what the consult itself knows."""
        return _Known([part for text in texts for part in text.split()], self)

    def is_name(self, word: str) -> bool:
        """Whether a word, however it is written, is on a list of first names or surnames."""
        titled = word[:1].upper() + word[1:]
        return any([titled] in names for names in self._names)

    def is_usual(self, word: str) -> bool:
        """Whether a word is common or clinical, and no name at all."""
        return word.lower() in self._usual or word.lower() in _NOBODY or cardinal(word) is not None

    def is_ordinary(self, word: str) -> bool:
        """Whether a word is more often no name than one."""
        return word.lower() in _ORDINARY or self.is_usual(word)

    def _listed(self, text: str) -> Iterator[Span]:
        found = self._engine.deidentify(text, disabled=_DISABLED).annotations
        for each in found.sorted(by=("start_char",)):
            tag = _TAGS[each.tag]
            if tag in _NAMES:
                yield from self._named(text, Span(each.start_char, each.end_char, tag))
            elif not _says_nothing(each.text, tag):
                yield Span(each.start_char, each.end_char, tag)

    def _named(self, text: str, span: Span) -> Iterator[Span]:
        """The parts of a name that deduce found, without titles; nothing of it that is an ordinary word here."""
        parts = list(identifiers.pieces(text, span.start, span.end))
        for start, end in parts:
            words = list(_WORD.finditer(text, start, end))
            names = _without_titles(words)
            titled = len(names) < len(words)
            if names and (titled or not self._is_nobody(text, names, cut=len(parts) > 1)):
                yield Span(names[0].start(), end, span.tag)

    def _is_nobody(self, text: str, words: Sequence[re.Match[str]], *, cut: bool) -> bool:
        """Whether what looks like a name is none; of a name ``cut`` from its title deduce saw only the capital."""
        real = [part for word in words for part in _PART.findall(word.group()) if part.lower() not in _PARTICLES]
        if all(word.lower() in _NOBODY for word in real):
            return True
        if len(words) == 1:
            ordinary = identifiers.starts_sentence(text, words[0].start()) and self.is_ordinary(words[0].group())
            return ordinary or (cut and not self.is_name(words[0].group()))
        return len(words) == 2 and len(words[0].group()) == 1 and self._is_letter(text, *words)

    def _is_letter(self, text: str, letter: re.Match[str], word: re.Match[str]) -> bool:
        """Whether “E. Genezen” or “vit D. Gevaccineerd” is no initial with a surname."""
        if self.is_name(word.group()):
            return False
        heading = letter.group() in "SOEP" and identifiers.starts_sentence(text, letter.start())
        return heading or self.is_ordinary(word.group()) or bool(_BEFORE_A_LETTER.search(text, 0, letter.start()))

    def _announced(self, text: str) -> Iterator[Span]:
        for span in identifiers.titled(text):
            yield from self._trimmed(text, span, self.is_usual)
        for span in identifiers.announced(text):
            yield from self._trimmed(text, span, self.is_ordinary)
        for span in identifiers.announced_low(text):
            yield from self._listed_names(text, span)
        for span in identifiers.towns_low(text):
            town = text[span.start : span.end]
            if [town.capitalize()] in self._towns and not self.is_ordinary(town):
                yield span

    def _listed_names(self, text: str, span: Span) -> Iterator[Span]:
        """A name without a capital, when all of it is on a list, with the words of a list that follow it."""
        at = end = span.start
        for word in _PART.finditer(text, span.start):
            common = word.group().lower() in _PARTICLES
            if text[at : word.start()].strip(" ") or not (common or self._is_listed(word.group())):
                break
            at, end = word.end(), end if common else word.end()
        if end > span.start:
            yield span._replace(end=end)

    def _is_listed(self, word: str) -> bool:
        return self.is_name(word) and not _is_common(word, self)

    def _trimmed(self, text: str, span: Span, is_word: Callable[[str], bool]) -> Iterator[Span]:
        """A stretch of capitals up to the first that is no name; words all in capitals are abbreviations."""
        end = span.start
        for word in _WORD.finditer(text, span.start, span.end):
            low = word.group().lower()
            if low in _PARTICLES:
                continue
            if low in _TITLES or word.group().isupper() or is_word(word.group()):
                break
            end = word.end()
        if end > span.start:
            yield Span(span.start, end, span.tag)


_BEFORE_A_LETTER = re.compile(r"\b(?:vit|vitamine|hepatitis|groep|type|preparation|letter)\s+$", re.IGNORECASE)


def _without_titles(words: list[re.Match[str]]) -> list[re.Match[str]]:
    at = 0
    while at < len(words) and (
        words[at].group().lower() in _TITLES or (at + 1 < len(words) and words[at + 1].group().lower() == "heer")
    ):
        at += 1
    return words[at:]


def _says_nothing(text: str, tag: Tag) -> bool:
    """Whether a finding of deduce identifies nobody: a public site, or doses that look like a date (“2 1 10”)."""
    if tag is Tag.WEB:
        return identifiers.is_public_site(text)
    return tag is Tag.DATE and re.fullmatch(r"\d{1,2} \d{1,2} \d{2}", text) is not None


# What the consult knows ----------------------------------------


class _Known:
    """Finds names and numbers that the consult itself has, however they are written."""

    def __init__(self, parts: Iterable[str], finder: _Finder) -> None:
        parts = list(parts)
        codes = {part for part in parts if len(re.sub(r"\W", "", part)) >= _SHORTEST_CODE and re.search(r"\d", part)}
        words = {word for part in parts for word in _PART.findall(part) if _tells(word, finder)}
        # "de Wit" and "Groen" are colours too: with a capital only, and not where any word has one.
        ordinary = {word for word in words if finder.is_ordinary(word)}
        self._codes = [_code(code) for code in sorted(codes)]
        self._words = _either(words - ordinary, re.IGNORECASE)
        self._ordinary = _either({word[0].upper() + word[1:] for word in ordinary})

    def spans(self, text: str) -> Iterator[Span]:
        """Wherever they occur in a text."""
        digits = digitise(text)
        for pattern in self._codes:
            yield from (Span(*match.span(), Tag.NUMBER) for match in pattern.finditer(text))
            yield from (Span(*digits.source(*match.span()), Tag.NUMBER) for match in pattern.finditer(digits.text))
        yield from (Span(*match.span(), Tag.PERSON) for match in self._words.finditer(text))
        for match in self._ordinary.finditer(text):
            if not identifiers.starts_sentence(text, match.start()):
                yield Span(*match.span(), Tag.PERSON)


def _tells(word: str, finder: _Finder) -> bool:
    """Whether a word of a label or a name is one that tells who it is: no role, no complaint, no medicine."""
    low, listed_name = word.lower(), finder.is_name(word)
    if len(word) < _SHORTEST_NAME or low in _PARTICLES | _TITLES or (finder.is_usual(word) and not listed_name):
        return False
    if roles_of([word])[word] is not Role.ONBEKEND or complaints.complaint(low) or medicines.lookup(low) == (low, True):
        return False
    return word[0].isupper() or listed_name


def _code(code: str) -> re.Pattern[str]:
    """A number as it stands, or in groups as it is said."""
    if not code.isdigit() or len(code) < _SHORTEST_SPOKEN_CODE:
        return re.compile(rf"(?<!\w){re.escape(code)}(?!\w)", re.IGNORECASE)
    digits = [r"(?:1|een\b)" if digit == "1" else digit for digit in code]
    spoken = r"[\s.-]{0,2}".join(digits)
    return re.compile(rf"(?<![\w,]){spoken}(?!\w)", re.IGNORECASE)


def _either(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """Any of these words, not as a part of a longer one but for the s of a possessive."""
    inside = "|".join(map(re.escape, sorted(words))) or "(?!)"
    return re.compile(rf"\b(?:{inside})(?=(?:['’]?s)?\b)", flags)


def _name_words(texts: Sequence[str], found: Sequence[Sequence[Span]], finder: _Finder) -> dict[str, Tag]:
    """The names found anywhere, to be looked for everywhere: deduce knows “Riet van Dongen” and misses “Riet”."""
    names: dict[str, Tag] = {}
    for text, spans in zip(texts, found, strict=True):
        for span in spans:
            if span.tag in (Tag.PERSON, Tag.PLACE):
                *before, last = _WORD.findall(text[span.start : span.end]) or [""]
                # What opens a sentence before a name is at times the verb of a question: “Weet Sanne dat?”
                opens = identifiers.starts_sentence(text, span.start)
                words = [last, *(word for word in before if not opens or finder.is_name(word))]
                names |= {
                    word: span.tag for word in words if len(word) >= _SHORTEST_NAME and not _is_common(word, finder)
                }
    return names


def _is_common(word: str, finder: _Finder) -> bool:
    return word.lower() in _PARTICLES | _TITLES or finder.is_ordinary(word)


def _again(text: str, names: dict[str, Tag]) -> Iterator[Span]:
    for match in _either(names).finditer(text):
        yield Span(*match.span(), names[match.group()])


# Placeholders ----------------------------------------


def _merged(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans in order, what overlaps as one that is called as its longest; two names side by side are one name."""
    groups: list[list[Span]] = []
    for span in sorted(spans):
        if groups and _belongs(text, groups[-1], span):
            groups[-1].append(span)
        else:
            groups.append([span])
    return [Span(group[0].start, max(span.end for span in group), _tag(group)) for group in groups]


def _belongs(text: str, group: Sequence[Span], span: Span) -> bool:
    end = max(one.end for one in group)
    return span.start < end or (text[end : span.start] == " " and _tag(group) is span.tag is Tag.PERSON)


def _tag(group: Sequence[Span]) -> Tag:
    order = list(Tag)
    return min(group, key=lambda span: (span.start - span.end, order.index(span.tag))).tag


class _Placeholders:
    """Numbers what is replaced, each kind from 1."""

    def __init__(self) -> None:
        self._seen: dict[Tag, list[set[str]]] = defaultdict(list)

    def put(self, text: str, spans: Sequence[Span]) -> str:
        """The text with placeholders for the spans, which are in order and apart."""
        parts: list[str] = []
        at = 0
        for span in spans:
            parts += [text[at : span.start], self._placeholder(span.tag, text[span.start : span.end])]
            at = span.end
        return "".join([*parts, text[at:]])

    def _placeholder(self, tag: Tag, text: str) -> str:
        if tag is Tag.AGE:
            return f"[{tag.value}]"
        words, seen = _key(tag, text), self._seen[tag]
        for number, known in enumerate(seen, start=1):
            if words <= known or known <= words:
                known.update(words)
                return f"[{tag.value}-{number}]"
        seen.append(words)
        return f"[{tag.value}-{len(seen)}]"


def _key(tag: Tag, text: str) -> set[str]:
    """What two mentions of the same have in common: a person's names, or the digits and letters of anything else."""
    if tag is Tag.PERSON:
        names = {word.lower() for word in _PART.findall(text) if len(word) > 1} - _PARTICLES - _TITLES
        return names or {text.lower()}
    digits = re.sub(r"\been\b", "1", digitise(text).text.lower())
    return {re.sub(r"\W", "", digits) or text}
