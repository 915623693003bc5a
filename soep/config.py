"""Settings: defaults, then ``config.toml`` in the user's configuration folder, then ``SOEP_…`` variables.

Settings are read once by the command line and passed in; nothing reads them from a global.
"""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from soep.errors import InputError
from soep.i18n import _
from soep.places import APP_NAME, config_file
from soep.types import FieldName

__all__ = ["APP_NAME", "Settings", "config_file", "load_settings", "variable_of"]

_PREFIX = "SOEP_"
_NESTED = "__"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SpeechSettings(_Part):
    """How sound becomes words and turns."""

    asr_model: str = "faster-whisper-base"
    """Id in the manifest of the speech-to-text model."""
    segmentation_model: str = "pyannote-segmentation-3.0"
    embedding_model: str = "campplus-zh-en"
    language: str = "nl"
    beam_size: int = Field(default=5, ge=1, le=10)
    hotwords: tuple[str, ...] = ()
    """The practice's own words: names of doctors, places, local short forms."""
    medicine_hotwords: bool = False
    """Also expect the commonest medicine names.  With whisper-base they cost more words than they mend (WER of the
    samples 25.2 % with, 23.3 % without) and half as much time again; a larger model may gain by them."""
    max_speakers: int = Field(default=4, ge=1, le=8)
    segmentation_step_s: float = Field(default=2.0, gt=0.0, le=10.0)
    """Step of the 10 s segmentation window; smaller is slower and a little more exact."""


class ServerSettings(_Part):
    """A language model on a server of the practice, for the drafter ``server``."""

    url: str = ""
    """Where it listens, as ``https://model.praktijk.lan:8443`` or with the path that ``/chat/completions`` follows."""
    model: str = ""
    """The model's name on that server."""
    api_key_file: Path | None = None
    """A file that holds the server's key and nothing else; the key itself is no setting, so that none shows it."""
    ca_file: Path | None = None
    """Certificates (PEM) to trust instead of the system's, for a server with a certificate of the practice's own."""
    timeout_s: float = Field(default=180.0, gt=0.0, le=3600.0)
    """How long one answer may take."""
    retries: int = Field(default=2, ge=0, le=10)
    """How often to try again when there is no connection or the server is busy."""
    allow_plain_http: bool = False
    """Permit unencrypted traffic inside the practice's own network; to this computer itself it always is."""
    allow_public: str = ""
    """The one host outside the practice's network that consults may go to, by the name that ``url`` has."""


class DraftingSettings(_Part):
    """How a transcript becomes a note."""

    drafter: str = "extractive"
    """Name of an entry point in the group ``soep.drafters``."""
    llm_model: str = "qwen2.5-coder-1.5b-instruct-q4"
    """Id in the manifest of the model that ``local_llm`` runs."""
    adapter: Path | None = None
    """A LoRA adapter (GGUF) for that model; by default the one that soep ships for it, if there is one."""
    use_adapter: bool = True
    """Whether ``local_llm`` uses an adapter; without one the base model runs, for comparison."""
    length: Literal["kort", "normaal", "uitgebreid"] = "normaal"
    """How long the notes are, beside what was said."""
    word_budget: int | None = Field(default=None, ge=20, le=400)
    """The same in words, for a note of one problem in a consult of ten minutes; stands above ``length``."""
    own_forms: dict[str, str] = {}
    """What the drafter writes and what to write instead: ``{"pcm": "paracetamol", "gb": "g.b."}``."""
    context_tokens: int = Field(default=8192, ge=4096, le=1_000_000)
    """What ``transformers_llm`` and ``server`` may use of their model's context, for prompt and answer together."""
    transformers_model: str = ""
    """The folder of the chat model that ``transformers_llm`` runs, or its name on the model hub."""
    transformers_allow_hub: bool = False
    """Permit that name to be fetched from the model hub; no part of a consult goes there."""
    server: ServerSettings = ServerSettings()

    @property
    def words(self) -> int:
        """The length of a note of one problem, in words."""
        return self.word_budget or _WORDS[self.length]


_WORDS = {"kort": 60, "normaal": 90, "uitgebreid": 140}


class LimitSettings(_Part):
    """Bounds on what is read."""

    max_duration_s: float = Field(default=4 * 3600.0, gt=0.0, le=24 * 3600.0)
    max_file_bytes: int = Field(default=4 * 1024**3, gt=0)
    min_speech_s: float = 2.0
    """Less speech than this gives a message instead of a note."""
    decode_stall_s: float = Field(default=60.0, gt=0.0, le=3600.0)
    """A recording of which no sound comes for so long cannot be read: the engine is stopped."""
    decode_memory_mb: int = Field(default=1024, gt=0)
    """A recording that makes the engine grow by more while it is decoded cannot be read: the engine is stopped."""


class PracticeSettings(_Part):
    """Who works here, for the log and for what each may do."""

    name: str = ""
    """Name of the practice, for the head of documents and letters."""
    user: str = ""
    """Who sits here, as the log names them; by default the name of the account."""
    responsible: str = ""
    """The GP on whose behalf that is; by default the same."""
    role: Literal["huisarts", "assistent"] = "huisarts"
    """An assistant records, imports and edits; only a GP approves, exports and erases."""
    icpc_table: Path | None = None
    """The practice's own table of ICPC codes, ``code;titel`` a line, from which codes are completed."""
    agb: str = Field(default="", pattern=r"^(\d{8})?$")
    """The practice's AGB code, for FHIR."""
    ura: str = Field(default="", pattern=r"^(\d{8})?$")
    """The practice's number as a subscriber of the UZI register, for FHIR."""
    responsible_agb: str = Field(default="", pattern=r"^(\d{8})?$")
    """The AGB code of the responsible GP, for FHIR."""
    responsible_uzi: str = Field(default="", pattern=r"^(\d{9})?$")
    """The number of the responsible GP in the UZI register, for FHIR."""
    patient_numbers: str = Field(default="", pattern=r"^((urn:|https?://)\S+)?$")
    """The URI that the EHR has for its own patient numbers, for FHIR; without one a number goes along by itself."""

    @property
    def user_name(self) -> str:
        """Who sits here."""
        return self.user or getpass.getuser()

    @property
    def responsible_name(self) -> str:
        """On whose behalf."""
        return self.responsible or self.user_name


class FieldTextSettings(_Part):
    """How the note goes into the EHR as text: field by field, or as one text."""

    order: tuple[FieldName, ...] = ("S", "O", "E", "P")
    """The order of the fields; one that is not named does not go along."""
    labels: dict[FieldName, str] = {"S": "S: ", "O": "O: ", "E": "E: ", "P": "P: "}
    """What stands before a field in the text of the whole note."""
    labelled_fields: bool = False
    """Whether a field that is copied by itself has its label too; an EHR with a box for each field needs none."""
    separator: Literal["regel", "spatie", "puntkomma"] = "regel"
    """What stands between the lines of a field: a line break, a space, or a semicolon."""
    line_length: int = Field(default=0, ge=0, le=400)
    """Longer lines are broken at a space; 0 breaks none."""
    icpc: Literal["achter", "apart", "geen"] = "achter"
    """The ICPC codes: behind the S and E that they belong to, as fields of their own, or not at all."""
    title: bool = True
    """Whether the problem's name stands above its fields in the text of the whole note."""


class ExportSettings(_Part):
    """How approved notes leave."""

    text: FieldTextSettings = FieldTextSettings()
    docx_template: Path | None = None
    """A Word document with placeholders, instead of the document that soep makes; see docs/his.md."""
    letter_template: Path | None = None
    """The same for referral letters."""
    folder: Path | None = None
    """A folder that the EHR reads, for ``soep export NUMMER --to map``."""
    folder_format: str = ""
    """Name of the exporter for that folder; by default fhir where there is one, else json."""


class InterfaceSettings(_Part):
    """How the application looks and behaves."""

    language: Literal["nl", "en"] = "nl"
    """The language of what the user reads; ``SOEP_LANG`` stands above it."""
    theme: Literal["donker", "licht"] = "donker"
    microphone: str = ""
    """Name of the input device, or a part of it; empty takes the system's choice."""
    clipboard_clear_s: float = Field(default=120.0, ge=0.0, le=3600.0)
    """How long what was copied stays on the clipboard; 0 leaves it there."""
    keys: dict[str, str] = {}
    """Other keys for actions of the application: the id of a binding and the key, ``{"today.record": "f2"}``."""


class StoreSettings(_Part):
    """How the store opens and locks."""

    keyring: bool = False
    """Keep the key of a new store in the system's keyring instead of behind a passphrase: it then opens for whoever
    has logged in as this user."""
    lock_after_min: float = Field(default=15.0, ge=1.0, le=240.0)
    """It locks itself after so long without a key pressed; never while a recording runs."""


class RetentionSettings(_Part):
    """How long things are kept; the record is kept by the EHR and not here."""

    after_approval_h: float = Field(default=1.0, ge=0.0, le=72.0)
    """Sound and transcript go so long after approval; until then the approval can be withdrawn."""
    after_recording_h: float = Field(default=72.0, ge=1.0, le=168.0)
    """Sound and transcript go so long after recording, approved or not: a weekend."""
    exported_days: float = Field(default=30.0, ge=0.0, le=365.0)
    """An exported note goes so long after its export."""
    unfinished_days: float = Field(default=90.0, ge=7.0, le=365.0)
    """A consult that was never exported goes so long after its recording, whatever is left of it."""


class Settings(BaseSettings):
    """Everything that a user can set."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter=_NESTED, frozen=True, extra="ignore", validate_default=True
    )

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)))
    """Where the store lives (``SOEP_HOME``)."""
    models: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False)) / "models"
    )
    """Where installed weights live (``SOEP_MODELS``)."""
    threads: int = Field(default_factory=lambda: _threads(os.cpu_count() or 2), ge=1, le=64)
    """Threads of the models: by default half the logical processors, since two on one core do not help each other
    (measured: the same time with one thread as with two, at two thirds of the processor time).  Where there are but
    two, they may as well be two cores, and then a second thread nearly halves the time: both are used."""
    speech: SpeechSettings = SpeechSettings()
    drafting: DraftingSettings = DraftingSettings()
    limits: LimitSettings = LimitSettings()
    practice: PracticeSettings = PracticeSettings()
    store: StoreSettings = StoreSettings()
    retention: RetentionSettings = RetentionSettings()
    export: ExportSettings = ExportSettings()
    interface: InterfaceSettings = InterfaceSettings()
    passphrase_file: Path | None = None
    """A file with the passphrase of the store and nothing else (``SOEP_PASSPHRASE_FILE``), for unattended work."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over variables over the file; no dotenv files, no secrets folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())


def _threads(processors: int) -> int:
    return processors if processors <= 2 else min(8, processors // 2)


def variable_of(name: tuple[str, ...]) -> str:
    """The variable of a setting, by its tables and key."""
    return (_PREFIX + _NESTED.join(name)).upper()


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; ``overrides`` come from the command line.

    Raises:
        InputError: the file cannot be read, or a value in it or in a variable is not valid; the message names it.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(
            _("De instelling “{name}” is niet geldig.").format(name=name),
            _("Controleer {file} en de variabelen die met SOEP_ beginnen.").format(file=config_file()),
        ) from error
    except SettingsError as error:  # a list or table in a variable must be JSON
        raise InputError(
            _("De waarde van een variabele is niet te lezen: {names}.").format(names=", ".join(_nested_variables())),
            _("Schrijf een lijst als JSON: {example}.").format(example="SOEP_SPEECH__HOTWORDS='[\"Maasstad\"]'"),
        ) from error
    except OSError as error:
        raise InputError(
            _("Het bestand met instellingen kan niet worden gelezen."),
            _("Controleer of u het mag openen: {file}.").format(file=config_file()),
        ) from error
    except ValueError as error:  # tomllib's decode error is a ValueError
        raise InputError(
            _("Het bestand met instellingen is geen geldige TOML."),
            _("Herstel of verwijder {file}.").format(file=config_file()),
        ) from error


def _nested_variables() -> list[str]:
    """The variables that are set for a part of the settings: only those can hold JSON."""
    parts = tuple(
        f"{_PREFIX}{name}".upper() for name, field in Settings.model_fields.items() if isinstance(field.default, _Part)
    )
    return sorted(name for name in os.environ if name.upper().split(_NESTED)[0] in parts)
