"""notices.post: the letters of one batch go out through the post's site, exactly once."""

from __future__ import annotations

from bots.notices.post import answering, visits
from bots.notices.post.calling import call_back
from bots.notices.post.errors import NotNow
from bots.notices.post.posting import Posting
from queues.bots import Outcome, Work, bot


@bot("notices.post", title="우편 발송", retry=visits.UntilItAnswers(), concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Post the batch {"batch_id"}; run again it goes on where the record and the site's list say it stands.

    Raises `BusinessError` where a person has to decide: "post_unknown" (whether it was paid cannot be told),
    "post_price_differs", "post_count_differs", "post_refused", "post_paid_twice", "post_cancelled_outside",
    "post_numbers_missing", "post_sent_after_all", "post_too_many", "post_settings".
    """
    try:
        return Outcome(counts=visits.run(item, int(item.payload["batch_id"]), Posting.all))
    except NotNow as error:
        if error.tell:
            visits.tell(item, error.code, error.text)
        raise


@bot(
    "notices.post_cancel", title="우편 접수 취소", retry=visits.UntilItAnswers(), concurrency=1, patient=True
)
def cancel(item: Work) -> Outcome:
    """Call the batch {"batch_id"} back: before it is paid at any time, afterwards within the site's hour.

    Its dispatches become "cancelled". Raises `BusinessError` "post_cancel_too_late" when the site keeps it.
    """
    return Outcome(counts=visits.run(item, int(item.payload["batch_id"]), call_back))


@bot(
    "notices.post_answer",
    title="우편 접수 여부 반영",
    retry=visits.UntilItAnswers(),
    concurrency=1,
    patient=True,
)
def answer(item: Work) -> Outcome:
    """Carry out what a person says of the batch {"batch_id", "answer": "posted" or "not_posted"} in doubt.

    Raises `BusinessError` "post_not_shown_paid" or "post_shown_paid" where the site's list says otherwise, and
    what `run` raises of a batch that is paid.
    """
    acts = {"posted": answering.posted, "not_posted": answering.not_posted}
    try:
        return Outcome(
            counts=visits.run(item, int(item.payload["batch_id"]), acts[str(item.payload["answer"])])
        )
    except NotNow as error:
        if error.tell:
            visits.tell(item, error.code, error.text)
        raise
