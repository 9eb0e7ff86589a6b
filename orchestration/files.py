"""Bytes on disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def copy_bytes(source: Path, target: Path) -> Path:
    """Copy inside the kernel: a reflink where the file system has it, never a hard link."""
    with source.open("rb") as reading, target.open("wb") as writing:
        left = os.fstat(reading.fileno()).st_size
        while left > 0:
            try:
                done = os.copy_file_range(reading.fileno(), writing.fileno(), left)
            except (AttributeError, OSError):
                # Not on this system, or not between these file systems.
                shutil.copyfileobj(reading, writing)
                break
            if done == 0:
                break
            left -= done
    return target
