"""What must be done before a library on top of torch is imported, whichever room imports it.

- **torchaudio.** Its wheels hold a compiled extension that is linked against CUDA and against one version of torch,
  so that ``import torchaudio`` fails beside a CPU build.  Only its pure-Python parts are used (Kaldi's filter bank,
  resampling; transformers merely imports it), and it has a path for installations without the extension: the module
  that looks for the library is answered for beforehand with "there is none".  Nothing on disk changes.
- **Model hub.** Models are handed over as files, never by name; should a library still ask the hub, it is refused.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

from soep.process import report_to_nobody

_EXTENSION = "torchaudio._extension"


def prepare() -> None:
    """Make this process ready to import torchaudio, or what imports it; calling it again does nothing more."""
    report_to_nobody()
    os.environ["HF_HUB_OFFLINE"] = "1"
    if "torchaudio" not in sys.modules:
        sys.modules.setdefault(_EXTENSION, _no_extension())


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
