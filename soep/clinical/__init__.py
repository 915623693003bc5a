"""Dutch GP language as pure text functions: numbers, medicines, sections, style."""
