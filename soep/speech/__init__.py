"""Sound to words, speakers and roles.  The only room that reaches faster-whisper, pyannote.audio and torch."""

from soep.process import report_to_nobody

report_to_nobody()  # here, for faster-whisper brings onnxruntime, whoever imports it
