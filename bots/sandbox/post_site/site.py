"""The post's site on 127.0.0.1: started, stopped, asked, and taken down for a while."""

from __future__ import annotations

from collections import Counter
from types import TracebackType

from starlette.applications import Starlette

from bots.sandbox.portal_site.app import Door
from bots.sandbox.portal_site.clock import Clock
from bots.sandbox.portal_site.members import Member, Members
from bots.sandbox.post_site import app, asking, tracking
from bots.sandbox.post_site.doors import Doors, KeepsLine
from bots.sandbox.post_site.journey import TWO_DAYS, Journeys
from bots.sandbox.post_site.ledger import Job, PostLedger, Rates
from bots.sandbox.post_site.troubles import PostTroubles
from bots.sandbox.serving import Serving
from config import post_rates

USER, PASSWORD = "employment01", "Sandbox!2026"
TRACKING_KEY = "sandbox-tracking-key"


class PostSite:
    """Use start() and stop(), or a with block. What it holds outlives a stop.

    member     who may sign in; default: `USER` with `PASSWORD`
    troubles   what goes wrong; more may be added while it runs
    clock      the site's clock: sessions, outages, an hour to cancel, the way of the letters go by it
    deposit    won in the deposit account
    cutoff     "16:00": nothing is paid later on a day; "" has none
    delivered_after   seconds from the payment to the delivery
    rates      won of (service, envelope, sheets); default: the rates of ``post_rates.yaml``
    session_seconds   after which an unused session ends
    port       0 takes a free one, which stays the same when it is started again
    """

    def __init__(
        self,
        *,
        member: Member | None = None,
        troubles: PostTroubles | None = None,
        clock: Clock | None = None,
        deposit: int = 5_000_000,
        cutoff: str = "",
        delivered_after: float = TWO_DAYS,
        rates: Rates = post_rates.price,
        session_seconds: float = 1800.0,
        page_size: int = 20,
        port: int = 0,
    ) -> None:
        self.clock = clock or Clock()
        self.member = member or Member(USER, PASSWORD)
        self.members = Members(self.clock, self.member, session_seconds)
        self.troubles = troubles or PostTroubles()
        self.door = Door(self.clock)
        self.journeys = Journeys(self.clock, delivered_after)
        self.ledger = PostLedger(self.clock, deposit, self.journeys, cutoff, rates)
        self.interface = tracking.Interface(self.journeys, TRACKING_KEY)
        self.page_size, self.port = page_size, port
        self._serving = Serving("post site")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tracking_url(self) -> str:
        """The address of the open interface."""
        return f"{self.url}{tracking.TRACE}"

    @property
    def posted(self) -> Counter[str]:
        """How often each letter, by its key, is in a job that is paid and not cancelled."""
        return self.ledger.posted

    @property
    def jobs(self) -> list[Job]:
        return self.ledger.jobs

    @property
    def uploads(self) -> int:
        return self.ledger.uploads

    @property
    def payments(self) -> list[tuple[str, int]]:
        """Of each payment the job's number and the won."""
        return self.ledger.payments

    @property
    def deposit(self) -> int:
        return self.ledger.deposit

    @property
    def double_pay_attempts(self) -> int:
        return self.ledger.double_pay_attempts

    def outage(self, seconds: float, kind: str = "error", *, after: float = 0.0) -> None:
        """For `seconds` of the sandbox, from `after` on, everything answers with an outage.

        kind  "error" (502 of the machine in front), "maintenance" (a page, 200), "silent" (no answer)
        """
        self.door.shut(self.clock.seconds() + after, seconds, kind)

    def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken, TimeoutError when it does not come up."""
        self.port = self._serving.start(self._app(), self.port)

    def stop(self) -> None:
        """Nobody answers any more: connections are refused. It may be started again, on the same port."""
        self._serving.stop()

    def _app(self) -> KeepsLine:
        doors = Doors(self.members, self.troubles, self.door)
        return KeepsLine(
            Starlette(
                routes=[
                    *app.routes(self.ledger, doors, self.page_size),
                    *tracking.routes(self.interface, doors),
                    *asking.routes(asking.Asking(self.ledger, self.troubles)),
                ]
            )
        )

    def __enter__(self) -> PostSite:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
