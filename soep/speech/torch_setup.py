"""The one place that makes torchaudio and pyannote.audio importable, quiet and offline.

Import pyannote or torchaudio only after :func:`prepare`:

- **torchaudio.** Its wheels hold a compiled extension that is linked against CUDA and against one version of torch,
  so that ``import torchaudio`` fails beside a CPU build.  Only its pure-Python parts are used (Kaldi's filter bank,
  resampling), and it has a path for installations without the extension: the module that looks for the library is
  answered for beforehand with "there is none".  Nothing on disk changes.
- **Telemetry.** pyannote.audio reports every model and pipeline to its makers unless told not to before its import.
  It is switched off by its own variable, and OpenTelemetry as a whole by the standard one.
- **Model hub.** Models are handed over as files, never by name; should a library still ask the hub, it is refused.
- **Warnings.** The decoders that pyannote would use are not installed, and Lightning complains about packages of its
  own choice; users can do nothing with either.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_EXTENSION = "torchaudio._extension"
_OFFLINE = {
    "PYANNOTE_METRICS_ENABLED": "0",
    "OTEL_SDK_DISABLED": "true",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


def prepare() -> None:
    """Make this process ready to import pyannote.audio; calling it again does nothing more."""
    os.environ.update(_OFFLINE)
    if "torchaudio" not in sys.modules:
        sys.modules.setdefault(_EXTENSION, _no_extension())


@contextmanager
def quiet_import() -> Iterator[None]:
    """Keep the warnings of pyannote and what it imports from the user, for the time of an import or a load."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*torchcodec is not installed correctly", category=UserWarning)
        for module in (r"pyannote\.", r"lightning\.", r"torchaudio\.", r"torch_audiomentations\.", r"torchmetrics\."):
            warnings.filterwarnings("ignore", module=module)
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", category=FutureWarning)
        yield


def _no_extension() -> ModuleType:
    """What ``torchaudio._extension`` is in an installation that was built without compiled parts."""
    module = ModuleType(_EXTENSION, "torchaudio without its compiled extension")
    module._IS_TORCHAUDIO_EXT_AVAILABLE = False  # type: ignore[attr-defined]
    module._IS_ALIGN_AVAILABLE = False  # type: ignore[attr-defined]
    module.fail_if_no_align = _unavailable  # type: ignore[attr-defined]
    return module


def _unavailable(function: object) -> object:
    """Stand in for torchaudio's decorator of functions that need the extension; none of them is called here."""
    return function
