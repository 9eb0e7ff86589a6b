"""A file that may not enter."""

from __future__ import annotations

import re

# What the readers say of a broken file, and what a person is told of it.
CAUSES = {
    "end of GZIP stream|end-of-stream marker": "its gzip stream stops in the middle: the file is truncated",
    "CRC check failed|Incorrect length of data|Error -3 while decompressing": "its gzip checksum does not match:"
    " the file is damaged",
    "Not a gzipped file": "its name says that it is gzipped, and it is not",
    "No magic bytes found at end|too small to be a Parquet": "the end of a Parquet file is missing: it is truncated",
    "(?i)unterminated quote": "a quote is opened and never closed: the file is truncated or broken",
    "(?i)utf-?8": "it is not UTF-8 text: save it as such",
}


class Refused(Exception):
    """A file that may not enter: the message says where, what and what to do."""


def first_line(error: Exception) -> str:
    """DuckDB's message without its advice and its paths' noise; what a feed's own SQL says, as it says it."""
    return str(error).strip().splitlines()[0].strip().removeprefix("Invalid Input Error: ")


def cause(error: Exception) -> str:
    """Why a file cannot be read, in words; else the reader's own."""
    told = (words for pattern, words in CAUSES.items() if re.search(pattern, str(error)))
    return next(told, f"{first_line(error)}: the file is truncated or broken")
