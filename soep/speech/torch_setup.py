"""The one place that makes pyannote.audio importable, quiet and offline.

Import pyannote or torchaudio only after :func:`prepare`:

- **torchaudio and the model hub**: see :mod:`soep.torch_libraries`, which drafting needs as well.
- **Telemetry.** pyannote.audio reports every model and pipeline to its makers unless told not to before its import.
  It is switched off by its own variable, and OpenTelemetry as a whole by the standard one.
- **Warnings.** The decoders that pyannote would use are not installed, and Lightning complains about packages of its
  own choice; users can do nothing with either.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from soep import torch_libraries

_NO_TELEMETRY = {"PYANNOTE_METRICS_ENABLED": "0", "OTEL_SDK_DISABLED": "true"}


def prepare() -> None:
    """Make this process ready to import pyannote.audio; calling it again does nothing more."""
    os.environ.update(_NO_TELEMETRY)
    torch_libraries.prepare()


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
