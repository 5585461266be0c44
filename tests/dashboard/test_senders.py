from __future__ import annotations

import pytest

from dashboard.reads.sender_words import masked_number


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ("0419898344", "041-989-8344"),
        ("07060410543", "070-6041-0543"),
        ("023456789", "02-345-6789"),
        ("15881234", "1588-1234"),
        ("050512345678", "0505-1234-5678"),
        ("041-989-8344", "041-989-8344"),
        ("+82 41 989 8344", "+82 41 989 8344"),
        ("01012345678", "010-****-5678"),
        ("anonymous", "anonymous"),
    ],
)
def test_numbers_are_written_one_way_however_a_fax_server_writes_them(came: str, shown: str) -> None:
    assert masked_number(came) == shown
