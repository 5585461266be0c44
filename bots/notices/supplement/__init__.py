"""Supplementing (보완): what is missing is asked for, and its time is kept.

    sending     requests that are due to be sent are sent          notices.supplement
    deadlines   reminded, and asked about once the time is over    notices.deadlines
    arrival     the applicant hears what has arrived               notices.arrival

Importing this package registers its bots. The stages themselves are `queues.supplementing`.
"""

from bots.notices.supplement import arrival, deadlines, sending

__all__ = ["arrival", "deadlines", "sending"]
