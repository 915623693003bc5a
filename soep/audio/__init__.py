"""Sound in: any file, streamed as 16 kHz mono samples."""
