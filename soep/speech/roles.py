"""Who is the GP, who the patient, who came along: from what each speaker says and how often.

A small naive Bayes model over cues that survive speech recognition (no punctuation is needed).  Each cue has a rate
per thousand words for each role; a speaker's counts are taken as Poisson.  All assignments with exactly one GP are
compared as a whole, so that the roles of one speaker depend on those of the others, and a speaker's confidence is the
share of the probability in which it has its role.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from soep.types import Role, Utterance

ROLES = (Role.ARTS, Role.PATIENT, Role.BEGELEIDER)
_ARTS, _PATIENT, _BEGELEIDER = range(len(ROLES))


@dataclass(frozen=True, slots=True)
class Cue:
    """A way of speaking and how often each role does it.

    ``rates`` are occurrences per thousand words by GP, patient and companion, counted on 158 Dutch consults as text.
    """

    name: str
    pattern: re.Pattern[str]
    rates: tuple[float, float, float]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


def _cue(name: str, pattern: str, rates: tuple[float, float, float]) -> Cue:
    return Cue(name, _words(pattern), rates)


_YOU = "(?:u|je|jij|jullie)"
_KIN = (
    "moeder|vader|man|vrouw|zoon|zoontje|dochter|dochtertje|kind|kindje|kleine|broer|zus|oma|opa|schoonmoeder"
    "|schoonvader|buurvrouw|buurman|vriend|vriendin"
)

CUES = (
    _cue(
        "asks you",
        rf"(?:heeft|hebt|bent|was|had|kunt|voelt|slikt|gebruikt|rookt|drinkt|slaapt|neemt|krijgt|ziet|hoort"
        rf"|gaat|komt|doet|wilt|weet|werkt|woont|eet|plast|heb|ben|kun|voel|slik|gebruik|rook|drink|slaap|neem|krijg|zie"
        rf"|hoor|ga|kom|doe|wil|werk|woon|merkt|merk|ervaart|geeft|bedoelt|bedoel|maakt|zit|moet) {_YOU}",
        (14.5, 1.9, 3.0),
    ),
    _cue(
        "asks how and when",
        r"hoe lang|hoelang|sinds wanneer|hoe vaak|hoeveel|wat voor|waar precies|waar zit|welke|wanneer"
        r"|hoe gaat het|wat kan ik|waarmee kan|waar kan ik|vertel|vertelt|zegt u het|zeg het|en verder|nog andere",
        (5.5, 0.9, 1.2),
    ),
    _cue(
        "asks for symptoms",
        r"(?:koorts|pijn|last|bloed|slijm|jeuk|uitslag|benauwd|misselijk|overgegeven|gebraakt"
        r"|gevallen|afgevallen|gewicht|ontlasting|plassen|gezwollen|allergieën|allergisch|medicijnen) "
        r"(?:gehad|gezien|bij|erbij|gebruikt|gemeten|voor iets|ergens voor|nog)",
        (1.4, 0.2, 0.1),
    ),
    _cue(
        "examines",
        r"diep zuchten|zuchten|zucht|adem in|ademt u|mond open|uw mouw|mouw|even (?:kijken|luisteren|voelen"
        r"|meten|drukken|onderzoeken)|(?:ik )?ga (?:even |nu )?(?:luisteren|kijken|voelen|meten|onderzoeken|naar uw)"
        r"|ik (?:luister|kijk|voel|meet|druk|zie|hoor|klop) (?:even|hier|geen|een|nu|wel|naar)|bloeddruk|saturatie"
        r"|zuurstof|trommelvlies|longen|hartslag|drukpijn|gaat u (?:maar )?(?:even )?liggen|doet dit pijn|doet dat pijn"
        r"|trek|strek|buig|knijp|duw",
        (5.5, 0.9, 0.7),
    ),
    _cue(
        "plans",
        r"schrijf|voorschrijven|recept|verwijs|verwijzen|verwijzing|bloedonderzoek|prikken|echo|kweek"
        r"|controle|uitslag|kuur|zalf|(?:kom|komt|kom je|komt u) (?:dan |maar )?terug"
        r"|(?:bel|belt) (?:u |je )?(?:dan|ons|mij|me|gerust|direct|meteen)|huisartsenpost|spoed|assistente"
        r"|ik stel voor|stel ik voor|mijn advies|afspraak|spreken we|tweemaal|driemaal|maal daags|keer per dag"
        r"|milligram",
        (10.5, 2.5, 3.7),
    ),
    _cue(
        "explains",
        r"dat betekent|past bij|past het|aanwijzingen|ontsteking|ontstoken|virus|bacterie|onschuldig|vanzelf over"
        r"|ik denk dat|ik denk aan|het kan zijn|dat komt door|dat noemen we|heet dat|zodra|mocht|belangrijk",
        (2.3, 0.6, 1.2),
    ),
    _cue(
        "we will",
        r"we gaan|gaan we|we doen|doen we|we kijken|kijken we|we kunnen|kunnen we|we spreken|ik wil|wil ik|ik ga"
        r"|ga ik|dan mag|mag u|mag je",
        (4.3, 3.4, 1.6),
    ),
    _cue("says u", r"u|uw", (29.7, 4.8, 3.7)),
    _cue("says je", r"je|jij|jouw", (16.5, 3.2, 5.6)),
    _cue("takes up", r"goed|oké|begrijp|snap|duidelijk|prima|precies|natuurlijk|akkoord|en", (36.8, 33.5, 29.9)),
    _cue(
        "receives",
        r"kom(?:t u)? (?:binnen|verder|maar)|loopt u mee|loop maar|gaat u zitten|ga zitten|neem plaats|mevrouw"
        r"|meneer|sterkte|beterschap|met dokter|met de huisarts|huisartsenpraktijk",
        (5.1, 0.3, 1.2),
    ),
    _cue("says dokter", r"(?<!met )(?<!ben )dokter", (0.2, 3.2, 5.3)),
    _cue(
        "speaks of self",
        r"(?:ik|k) (?:heb|had|ben|was|kan|kon|voel|dacht|slaap|krijg|kreeg|moet|gebruik|slik|neem|werk|weet"
        r"|word|werd|hoest|doe|eet|drink|rook|sta|lig|loop|zit|vind|durf)"
        r"|(?:heb|had|ben|was|voel|krijg|word|moet|kan|kon) ik",
        (4.1, 27.4, 12.7),
    ),
    _cue("says mijn", r"mijn|m'n|mij|me|mezelf", (2.0, 20.9, 9.3)),
    _cue("answers", r"ja|nee|jawel|nou|eh|ehm|uh|hoor|eigenlijk|gewoon|zo'n|echt", (13.3, 63.6, 46.7)),
    _cue(
        "tells",
        r"toen|gisteren|eergisteren|vannacht|vanochtend|vanmorgen|laatst|ineens|opeens|steeds|erg|heel|helemaal"
        r"|gek|raar|thuis|internet|google|bang|zorgen",
        (5.3, 10.9, 16.4),
    ),
    _cue("thanks", r"dank|bedankt|dankjewel", (0.4, 2.1, 2.5)),
    _cue("speaks of another", r"hij|zij|ze|hem|haar|d'r|zijn|'m", (12.0, 8.2, 48.1)),
    _cue("speaks of kin", rf"(?:mijn|m'n|onze|ons) (?:{_KIN})", (0.1, 6.5, 5.0)),
    _cue("addresses kin", r"mama|papa|mam|pap|ma|pa|schat|lieverd|oma|opa", (0.3, 0.9, 4.4)),
    _cue("says wij", r"we|wij|ons|onze", (5.1, 1.6, 5.2)),
)

_NOISE = 0.12
"""Share of the words that stand with the wrong speaker, as diarization leaves them."""
_TEMPER = 0.5
"""Cues overlap and come in runs, so the evidence counts for half of what independent cues would be worth."""
_FIRST = (0.8, 0.12, 0.08)
"""How often each role speaks first."""
_LOG_COMPANION_ALONE = math.log(0.12)
"""Against a consult of two people in which the other is not the patient."""
_SHARE_OF_GP = (0.58, 0.15)
"""Mean and spread of the part of all words that the GP says; the spread is widened for short recordings."""
_CLINIC = _words(
    r"pijn\w*|koorts|hoest\w*|klachten|dokter|medicijn\w*|tablet\w*|pil|pillen|paracetamol|ibuprofen|antibiotica|zalf"
    r"|recept|bloed\w*|buik\w*|keel|hoofdpijn|rug|knie|schouder|borst|longen|huid|uitslag|jeuk\w*|benauwd\w*|duizelig\w*"
    r"|misselijk\w*|overgegeven|braken|diarree|ontlasting|plassen|urine|allergi\w*|ontstek\w*|ontstoken|wond\w*"
    r"|zwanger\w*|verwijs\w*|verwijzing|ziekenhuis|huisarts|fysiotherapeut|slijm|gezwollen|bult\w*|drukpijn|milligram"
)
"""Words of a consulting room, whoever says them."""
_CLINIC_WORDS_FOR_CERTAINTY = 3.0


def cue_counts(text: str) -> tuple[int, ...]:
    """How often each of :data:`CUES` occurs in a text; case and punctuation do not matter."""
    plain = _plain(text)
    return tuple(_count(cue.pattern, plain) for cue in CUES)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower().replace("’", "'")))


def _count(pattern: re.Pattern[str], plain: str) -> int:
    return sum(1 for _ in pattern.finditer(plain))


@dataclass(frozen=True, slots=True)
class _Speaker:
    """What the model sees of one speaker."""

    counts: tuple[int, ...]
    words: int
    share: float
    clinic_words: int
    first: bool

    def log_likelihoods(self) -> tuple[float, ...]:
        """Of the counts, for each of :data:`ROLES`, up to what the roles have in common."""
        return tuple(self._log_likelihood(index) for index in range(len(ROLES)))

    def _log_likelihood(self, role: int) -> float:
        evidence = 0.0
        for cue, count in zip(CUES, self.counts, strict=True):
            rate = _blurred(cue.rates, role)
            evidence += count * math.log(rate) - self.words * rate / 1000
        first = math.log(_FIRST[role]) if self.first else 0.0
        return _TEMPER * evidence + first + (self._log_share() if ROLES[role] is Role.ARTS else 0.0)

    def _log_share(self) -> float:
        mean, spread = _SHARE_OF_GP
        return -0.5 * ((self.share - mean) / spread) ** 2


def _blurred(rates: tuple[float, float, float], role: int) -> float:
    """The rate to expect once some of the words stand with another speaker."""
    others = [rate for index, rate in enumerate(rates) if index != role]
    return (1 - _NOISE) * rates[role] + _NOISE * sum(others) / len(others)


class LexicalRoleAssigner:
    """Roles from words alone; the weights of no model are needed."""

    def assign(self, utterances: Sequence[Utterance]) -> list[Utterance]:
        """The same utterances with roles; who has no speaker label stays unknown."""
        roles = speaker_roles(utterances)
        unknown = (Role.ONBEKEND, 0.0)
        return [_with_role(utterance, *roles.get(utterance.speaker, unknown)) for utterance in utterances]


def speaker_roles(utterances: Sequence[Utterance]) -> dict[str, tuple[Role, float]]:
    """The role of each speaker with its confidence, 0 to 1.

    The confidence is the probability of the role under the model, times how much was said that belongs in a
    consulting room at all: two people in a bakery are no GP and patient, whoever asks the questions.
    """
    speakers = _speakers(utterances)
    if not speakers:
        return {}
    weights = dict(_assignments(speakers))
    best = max(weights, key=lambda roles: weights[roles])
    shares = _probabilities(weights)
    clinic = 1 - math.exp(-sum(speaker.clinic_words for speaker in speakers.values()) / _CLINIC_WORDS_FOR_CERTAINTY)
    return {
        name: (ROLES[role], clinic * sum(share for roles, share in shares.items() if roles[index] == role))
        for index, (name, role) in enumerate(zip(speakers, best, strict=True))
    }


def _speakers(utterances: Sequence[Utterance]) -> dict[str, _Speaker]:
    said: dict[str, list[str]] = {}
    for utterance in utterances:
        if utterance.speaker:
            said.setdefault(utterance.speaker, []).append(utterance.text)
    words = {name: sum(len(text.split()) for text in texts) for name, texts in said.items()}
    everything = max(1, sum(words.values()))
    return {
        name: _Speaker(
            counts=_total(texts),
            words=words[name],
            share=words[name] / everything,
            clinic_words=sum(_count(_CLINIC, _plain(text)) for text in texts),
            first=index == 0,
        )
        for index, (name, texts) in enumerate(said.items())
    }


def _total(texts: Sequence[str]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*(cue_counts(text) for text in texts), strict=True))


def _assignments(speakers: Mapping[str, _Speaker]) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every assignment with one GP and at most one patient, with its log weight: n + n(n-1) of them for n speakers."""
    likelihoods = [speaker.log_likelihoods() for speaker in speakers.values()]
    for roles in _valid_roles(len(speakers)):
        alone = _BEGELEIDER in roles and _PATIENT not in roles
        prior = _LOG_COMPANION_ALONE if alone else 0.0
        yield roles, prior + sum(likelihoods[index][role] for index, role in enumerate(roles))


def _valid_roles(count: int) -> Iterator[tuple[int, ...]]:
    """Indices into ``ROLES`` for each of ``count`` speakers: one GP, at most one patient, the rest companions."""
    for arts in range(count):
        for patient in (None, *range(count)):
            if patient != arts:
                yield tuple(_ARTS if at == arts else _PATIENT if at == patient else _BEGELEIDER for at in range(count))


def _probabilities(weights: Mapping[tuple[int, ...], float]) -> dict[tuple[int, ...], float]:
    top = max(weights.values())
    shares = {roles: math.exp(weight - top) for roles, weight in weights.items()}
    total = sum(shares.values())
    return {roles: share / total for roles, share in shares.items()}


def _with_role(utterance: Utterance, role: Role, confidence: float) -> Utterance:
    return replace(utterance, role=role, role_confidence=round(confidence, 3))
