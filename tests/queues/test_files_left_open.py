"""What a process that was killed had opened does not lie about unsealed."""

from __future__ import annotations

import os
import time

from config.settings import settings
from queues import files, housekeeping


def test_what_dead_processes_left_opened_is_removed_and_what_is_in_use_is_not(database_url: str) -> None:
    digest = files.put(b"a fax")
    folder = settings().var_dir / "open"
    with files.as_path(digest) as in_use:
        trace = folder / "backoffice-trace-dead"
        trace.mkdir()
        (trace / "1.zip").write_bytes(b"cookies")
        original = folder / "backoffice-dead"
        original.write_bytes(b"a fax")
        long_ago = time.time() - 7 * 3600
        for left in (trace, original):
            os.utime(left, (long_ago, long_ago))
        counts = housekeeping.tidy()
        assert counts["opened"] >= 2 and in_use.read_bytes() == b"a fax"
        assert not trace.exists() and not original.exists()
    assert files.read(digest) == b"a fax"
