"""The child process in which a file of the bank is opened: `python -m bots.iso20022.child FILE BYTES SECONDS ZONE`.

Writes a line of JSON for each thing that it finds: first {"kind": "file", "type": "pain.002.001.12"}, last
{"kind": "end"} or {"kind": "problem", "code", "line"}. It speaks to nobody else and quotes the file in no error.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from bots.iso20022 import camt, pain002
from bots.iso20022.xml_stream import BadXml, root_namespace

_PREFIX = "urn:iso:std:iso:20022:tech:xsd:"


def main(path: Path, memory_bytes: int, seconds: int, zone: ZoneInfo) -> None:
    """Read `path` under limits."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        with path.open("rb") as source:
            for found in _found(source, zone):
                _tell(found)
    except BadXml as error:
        _tell({"kind": "problem", "code": error.code, "line": error.line})
    except MemoryError:
        _tell({"kind": "problem", "code": "too_large", "line": 0})
    except ValueError as error:
        _tell({"kind": "problem", "code": str(error)[:20], "line": 0})
    else:
        _tell({"kind": "end"})
    sys.stdout.flush()


def _found(source: BinaryIO, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    named = root_namespace(source).removeprefix(_PREFIX)
    source.seek(0)
    if named not in (*pain002.VERSIONS, *camt.VERSIONS):
        raise ValueError("type")
    yield {"kind": "file", "type": named}
    yield from pain002.entries(source) if named in pain002.VERSIONS else camt.entries(source, zone)


def _tell(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), ZoneInfo(sys.argv[4]))
