"""What the desk offers to choose from, the same for every review."""

from __future__ import annotations

from typing import Any

from config.centers import load_centers
from config.programs import load_programs
from dashboard.acts.seeing import REASONS
from dashboard.parts.korean import FIELDS
from dashboard.reads.document_types import all_types


def fixed_data() -> dict[str, Any]:
    """Document types, programs, centers and reasons for seeing personal data in full."""
    return {
        "types": all_types(),
        "programs": [(code, program.title) for code, program in load_programs().items()],
        "centers": [center.name for center in load_centers()],
        "reasons": list(REASONS),
        "labels": dict(FIELDS),
    }
