"""The documents of one person in a delivery, and whom on file they may belong to."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocr.linking.cases import Choice
from ocr.linking.clusters import Cluster
from ocr.linking.profile import Profile
from ocr.linking.scoring import Scores

LIKELY = 0.5


@dataclass
class Group:
    """A cluster of documents, what they say together, and who on file that may be.

    `choices` hold, by document, the cases of the application forms among them.
    """

    cluster: Cluster
    profile: Profile
    scores: Scores
    choices: dict[int, Choice] = field(default_factory=dict)
