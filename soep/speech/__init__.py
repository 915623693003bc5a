"""Sound to words, speakers and roles.  The only room that reaches faster-whisper, pyannote.audio and torch."""
