"""The straight line from sound to checked notes.

A file is a session fed as fast as it goes, a live consult one fed by the microphone: one code path.  Nothing here
imports a model library; ``Parts`` loads the rooms that do, by name, on first use, in the engine process.
"""

from soep.pipeline.parts import Parts
from soep.pipeline.session import Session
from soep.pipeline.sources import draft_transcript, process_file, process_live, read_file

__all__ = ["Parts", "Session", "draft_transcript", "process_file", "process_live", "read_file"]
