"""The one place that makes pyannote.audio importable, quiet and offline.

Import pyannote or torchaudio only after :func:`prepare`:

- **torchaudio, the model hub and telemetry**: see :mod:`soep.torch_libraries`, which drafting needs as well.
- **Warnings.** The decoders that pyannote would use are not installed, and Lightning complains about packages of its
  own choice; users can do nothing with either.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from soep import torch_libraries


def prepare() -> None:
    """Make this process ready to import pyannote.audio; calling it again does nothing more."""
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
