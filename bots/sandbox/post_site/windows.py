"""What shows through the windows of the envelopes: whether each letter is with its own recipient."""

from __future__ import annotations

import pypdfium2

from bots.sandbox.post_site.ledger import CANCELLED, Job


def misaddressed(jobs: list[Job]) -> list[str]:
    """Keys of the letters whose first page does not name the recipient and the postcode of the address list.

    What is printed as a picture names nobody. Jobs that were cancelled do not count.
    """
    return [key for job in jobs if job.state != CANCELLED for key in _of_job(job)]


def _of_job(job: Job) -> list[str]:
    found = []
    with pypdfium2.PdfDocument(job.content) as pdf:
        for letter in job.letters:
            page = pdf[letter.first_page - 1]
            text = page.get_textpage()
            words = _bare(text.get_text_bounded())
            text.close()
            page.close()
            if _bare(letter.name) not in words or letter.postcode not in words:
                found.append(letter.key)
    return found


def _bare(text: str) -> str:
    return "".join(text.split())
