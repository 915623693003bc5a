"""Reading and writing consults and transcripts: our JSON, speaker text, WebVTT, SubRip."""
