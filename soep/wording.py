"""Codes in words: what a flag, a remark, an omission or a stage says to the GP.

Values carry codes, so that they can be stored, compared and shown in either language; the sentence is made when shown.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum

from soep.events import Stage
from soep.i18n import _, mark
from soep.types import Flag, Remark, Role, Status, Unsaid, UnsaidKind


class FlagCode(StrEnum):
    """Why a line needs the GP's eye; the comment names the parameters."""

    NO_EVIDENCE = "no_evidence"
    UNKNOWN_EVIDENCE = "unknown_evidence"  # ids
    NUMBER_NOT_SAID = "number_not_said"  # number
    NUMBER_ELSEWHERE = "number_elsewhere"  # number
    NUMBER_TAKEN_BACK = "number_taken_back"  # number
    NUMBER_MIXED = "number_mixed"  # word, written, said
    UNIT_DIFFERS = "unit_differs"  # written, said
    MEDICINE_NOT_SAID = "medicine_not_said"  # medicine
    MEDICINE_ELSEWHERE = "medicine_elsewhere"  # medicine
    MEDICINE_UNCLEAR = "medicine_unclear"  # medicine, said
    MEDICINE_TAKEN_BACK = "medicine_taken_back"  # medicine
    MEDICINE_STOPPED = "medicine_stopped"  # medicine, said
    SIDE_DIFFERS = "side_differs"  # written, said
    SIDE_NOT_SAID = "side_not_said"  # written
    SIDE_MIXED = "side_mixed"  # word, written, said
    DENIED = "denied"  # word
    AFFIRMED = "affirmed"  # word
    NOT_FROM_DOCTOR = "not_from_doctor"
    PATIENT_IDEA = "patient_idea"  # word
    NOT_FROM_PATIENT = "not_from_patient"
    OF_SOMEBODY_ELSE = "of_somebody_else"  # word, who
    HYPOTHETICAL = "hypothetical"  # word
    TOO_CERTAIN = "too_certain"  # word, said
    NOT_EXCLUDED = "not_excluded"  # word
    NOT_SAID = "not_said"  # words
    SAID_CORRECTED = "said_corrected"


class RemarkCode(StrEnum):
    """What is worth knowing of a consult as a whole."""

    TRUNCATED_SOUND = "truncated_sound"
    TELEPHONE_SOUND = "telephone_sound"
    ONE_SPEAKER = "one_speaker"
    NO_DUTCH_NOTE = "no_dutch_note"  # language, where it is known
    TOO_LITTLE_SAID = "too_little_said"
    NOT_UNDERSTOOD = "not_understood"
    NOT_A_CONSULT = "not_a_consult"
    LOW_RECOGNITION = "low_recognition"
    ROLES_UNCERTAIN = "roles_uncertain"
    NOTHING_TO_NOTE = "nothing_to_note"
    SPEAKER_COUNT_DIFFERS = "speaker_count_differs"  # expected, found
    DRAFTER_FAILED = "drafter_failed"  # drafter
    INSTRUCTION_LEFT_OUT = "instruction_left_out"  # ids
    PROCESSING_FAILED = "processing_failed"  # reason
    INTERRUPTED = "interrupted"
    DISK_WAS_FULL = "disk_was_full"  # lost_s
    MICROPHONE_LOST = "microphone_lost"
    SOUND_ERASED = "sound_erased"


_FLAGS: dict[str, str] = {
    FlagCode.NO_EVIDENCE: mark("Bij deze regel hoort geen enkele uiting uit het gesprek."),
    FlagCode.UNKNOWN_EVIDENCE: mark("De regel verwijst naar uitingen die er niet zijn ({ids})."),
    FlagCode.NUMBER_NOT_SAID: mark("“{number}” is niet gezegd in de aangehaalde uitingen."),
    FlagCode.NUMBER_ELSEWHERE: mark("“{number}” is wel gezegd, maar niet in de aangehaalde uitingen."),
    FlagCode.NUMBER_TAKEN_BACK: mark("“{number}” is door de spreker zelf verbeterd: het laatst genoemde getal telt."),
    FlagCode.NUMBER_MIXED: mark("“{written}” staat in de regel bij “{word}”, maar daarbij is “{said}” gezegd."),
    FlagCode.UNIT_DIFFERS: mark("In de regel staat “{written}”, gezegd is “{said}”."),
    FlagCode.MEDICINE_NOT_SAID: mark("“{medicine}” is in dit consult niet genoemd."),
    FlagCode.MEDICINE_ELSEWHERE: mark("“{medicine}” is wel genoemd, maar niet in de aangehaalde uitingen."),
    FlagCode.MEDICINE_UNCLEAR: mark("“{medicine}” is niet duidelijk verstaan (gehoord: “{said}”)."),
    FlagCode.MEDICINE_TAKEN_BACK: mark(
        "“{medicine}” is door de spreker zelf verbeterd: het laatst genoemde middel telt."
    ),
    FlagCode.MEDICINE_STOPPED: mark("“{medicine}” staat in de regel als in gebruik, maar is gestopt (“{said}”)."),
    FlagCode.SIDE_DIFFERS: mark("In de regel staat “{written}”, gezegd is “{said}”."),
    FlagCode.SIDE_NOT_SAID: mark("De kant “{written}” is niet genoemd in de aangehaalde uitingen."),
    FlagCode.SIDE_MIXED: mark("“{word}” staat in de regel bij “{written}”, maar is gezegd bij “{said}”."),
    FlagCode.DENIED: mark("“{word}” staat in de regel als aanwezig, maar is ontkend."),
    FlagCode.AFFIRMED: mark("“{word}” staat in de regel als afwezig, maar is niet ontkend."),
    FlagCode.NOT_FROM_DOCTOR: mark("Dit is niet door de arts gezegd."),
    FlagCode.PATIENT_IDEA: mark("“{word}” is niet door de arts gezegd, maar door de patiënt of begeleider."),
    FlagCode.NOT_FROM_PATIENT: mark("Dit is door de arts gezegd en niet door de patiënt bevestigd."),
    FlagCode.OF_SOMEBODY_ELSE: mark("“{word}” is gezegd over iemand anders (“{who}”), niet over de patiënt."),
    FlagCode.HYPOTHETICAL: mark("“{word}” is alleen als mogelijkheid genoemd (“als …”), niet als feit."),
    FlagCode.TOO_CERTAIN: mark("“{word}” is met een voorbehoud gezegd (“{said}”), in de regel staat het als zeker."),
    FlagCode.NOT_EXCLUDED: mark("“{word}” is niet als uitgesloten genoemd."),
    FlagCode.NOT_SAID: mark("Niet gezegd in de aangehaalde uitingen: {words}."),
    FlagCode.SAID_CORRECTED: mark("De uiting waarop deze regel rust, is verbeterd: lees de regel na."),
}
_REMARKS: dict[str, str] = {
    RemarkCode.TRUNCATED_SOUND: mark("De opname breekt af: wat na het einde is gezegd, staat niet in het concept."),
    RemarkCode.TELEPHONE_SOUND: mark("Het geluid heeft telefoonkwaliteit: lees getallen en medicijnnamen goed na."),
    RemarkCode.ONE_SPEAKER: mark("Er is één spreker gehoord: de opname is als dictaat verwerkt."),
    RemarkCode.NO_DUTCH_NOTE: mark("Het gesprek is niet in het Nederlands: er is alleen een transcript, geen concept."),
    RemarkCode.TOO_LITTLE_SAID: mark(
        "Er is te weinig gezegd om een concept van te maken: er is alleen een transcript."
    ),
    RemarkCode.NOT_UNDERSTOOD: mark(
        "De tekst is niet te volgen (herhalingen of losse woorden): er is alleen een transcript, geen concept."
    ),
    RemarkCode.NOT_A_CONSULT: mark(
        "Dit lijkt geen consult en geen dictaat daarvan: er is alleen een transcript, geen concept."
    ),
    RemarkCode.LOW_RECOGNITION: mark("De spraak is moeilijk verstaan: vergelijk het concept met de opname."),
    RemarkCode.ROLES_UNCERTAIN: mark("Het is niet zeker wie de arts is: controleer de sprekers in het transcript."),
    RemarkCode.NOTHING_TO_NOTE: mark("In het gesprek is niets gevonden dat in een verslag hoort."),
    RemarkCode.SPEAKER_COUNT_DIFFERS: mark("Er zijn {found} sprekers gehoord, opgegeven waren er {expected}."),
    RemarkCode.INSTRUCTION_LEFT_OUT: mark(
        "Wat op een opdracht aan een computerprogramma lijkt, is niet gebruikt (uiting {ids})."
    ),
    RemarkCode.DRAFTER_FAILED: mark(
        "De conceptschrijver {drafter} lukte niet; het concept is zonder taalmodel gemaakt."
    ),
    RemarkCode.PROCESSING_FAILED: mark("Verwerken lukte niet: {reason} De opname is bewaard."),
    RemarkCode.INTERRUPTED: mark(
        "De opname is onverwacht onderbroken; alles tot de laatste seconde daarvoor is bewaard."
    ),
    RemarkCode.DISK_WAS_FULL: mark("De schijf was vol: {lost_s} seconden geluid konden niet bewaard worden."),
    RemarkCode.MICROPHONE_LOST: mark("De microfoon viel weg: wat er toen is gezegd, is niet opgenomen."),
    RemarkCode.SOUND_ERASED: mark("Geluid en transcript zijn gewist."),
}
WHY_NO_NOTE = frozenset(
    [
        RemarkCode.NO_DUTCH_NOTE,
        RemarkCode.TOO_LITTLE_SAID,
        RemarkCode.NOT_UNDERSTOOD,
        RemarkCode.NOT_A_CONSULT,
        RemarkCode.NOTHING_TO_NOTE,
    ]
)
"""The remarks of a consult without a note."""
_UNSAID: dict[UnsaidKind, str] = {
    UnsaidKind.MEDICINE: mark("Medicijn genoemd, niet in het concept: {text}"),
    UnsaidKind.DOSE: mark("Dosering genoemd, niet in het concept: {text}"),
    UnsaidKind.ALLERGY: mark("Allergie besproken, niet in het concept: {text}"),
    UnsaidKind.MEASUREMENT: mark("Meting genoemd, niet in het concept: {text}"),
    UnsaidKind.SIDE: mark("Kant genoemd, niet in het concept: {text}"),
    UnsaidKind.SUICIDALITY: mark("Suïcidaliteit besproken, niet in het concept: {text}"),
    UnsaidKind.SAFETY_NET: mark("Vangnet besproken, niet in het concept: {text}"),
    UnsaidKind.DENIED: mark("Gevraagd en ontkend, niet in het concept: {text}"),
    UnsaidKind.SYMPTOM: mark("Klacht genoemd, niet in het concept: {text}"),
    UnsaidKind.HISTORY: mark("Voorgeschiedenis of leefwijze genoemd, niet in het concept: {text}"),
    UnsaidKind.WORRY: mark("Hulpvraag of zorg genoemd, niet in het concept: {text}"),
    UnsaidKind.FINDING: mark("Bevinding genoemd, niet in het concept: {text}"),
    UnsaidKind.CONCLUSION: mark("Conclusie genoemd, niet in het concept: {text}"),
    UnsaidKind.PLAN: mark("Beleid afgesproken, niet in het concept: {text}"),
    UnsaidKind.FOLLOW_UP: mark("Controle afgesproken, niet in het concept: {text}"),
    UnsaidKind.REJECTED_LINE: mark("Weggelaten regel: {text}"),
    UnsaidKind.LEFT_OUT: mark("Weggelaten voor de lengte: {text}"),
    UnsaidKind.DICTATED: mark("Ingesproken, niet in het concept: {text}"),
}
_STAGES: dict[Stage, str] = {
    Stage.LOAD: mark("Modellen laden"),
    Stage.TRANSCRIBE: mark("Spraak herkennen"),
    Stage.DIARIZE: mark("Sprekers onderscheiden"),
    Stage.DRAFT: mark("Concept schrijven"),
    Stage.CHECK: mark("Concept controleren"),
}
_AT_WORK: dict[Stage, str] = {
    Stage.LOAD: mark("laden"),
    Stage.TRANSCRIBE: mark("herkennen"),
    Stage.DIARIZE: mark("sprekers"),
    Stage.DRAFT: mark("schrijven"),
    Stage.CHECK: mark("controleren"),
}
_UNKNOWN_FLAG = mark("Controleer deze regel ({code}).")
_STATUSES: dict[Status, str] = {
    Status.RECORDING: mark("wordt opgenomen"),
    Status.PROCESSING: mark("wacht"),
    Status.FAILED: mark("mislukt"),
    Status.DRAFT: mark("concept"),
    Status.APPROVED: mark("goedgekeurd"),
    Status.EXPORTED: mark("geëxporteerd"),
}
CONTACT_TYPES: dict[str, str] = {
    "01": mark("visite"),
    "03": mark("consult"),
    "05": mark("telefonisch"),
    "12": mark("e-consult"),
}
"""The kinds of contact that soep knows, by their code in NHG table 14."""
_ROLES: dict[Role, str] = {
    Role.ARTS: mark("arts"),
    Role.PATIENT: mark("patiënt"),
    Role.BEGELEIDER: mark("begeleider"),
    Role.ONBEKEND: mark("onbekend"),
}
_UNKNOWN_REMARK = mark("Controleer het concept ({code}).")
_MISSING = "?"


def _filled(sentence: str, params: dict[str, str]) -> str:
    return _(sentence).format_map(defaultdict(lambda: _MISSING, params))


def flag_sentence(flag: Flag) -> str:
    """What a flag says, as one sentence.  A code of another version gets a general sentence."""
    return _filled(_FLAGS.get(flag.code, _UNKNOWN_FLAG), {"code": flag.code, **flag.params})


def remark_sentence(remark: Remark) -> str:
    """What a remark about a consult says, as one sentence."""
    return _filled(_REMARKS.get(remark.code, _UNKNOWN_REMARK), {"code": remark.code, **remark.params})


def status_name(status: Status) -> str:
    """Where a consult is in its life, in a word or two."""
    return _(_STATUSES[status])


def contact_name(contact_type: str) -> str:
    """A kind of contact in a word; one that was imported under another name keeps that."""
    return _(CONTACT_TYPES[contact_type]) if contact_type in CONTACT_TYPES else contact_type


def role_name(role: Role) -> str:
    """Who speaks, in a word."""
    return _(_ROLES[role])


def unsaid_sentence(item: Unsaid) -> str:
    """What an omission says; for a line that the checker left out, its reason follows."""
    sentence = _filled(_UNSAID[item.kind], {"text": item.text})
    return f"{sentence} – {flag_sentence(item.reason)}" if item.reason else sentence


def stage_name(stage: Stage) -> str:
    """The name of a stage, as a progress line shows it."""
    return _(_STAGES[stage])


def at_work(stage: Stage) -> str:
    """What a stage does, in one word, for a line of a list."""
    return _(_AT_WORK[stage])


def time_left(seconds: float) -> str:
    """How long something still takes, as exactly as anybody believes it."""
    if seconds < 55.0:
        return _("nog {count} s").format(count=10 * max(1, round(seconds / 10.0)))
    return _("nog {count} min").format(count=max(1, round(seconds / 60.0)))
