"""The web site of a fax provider, as Korean offices use them, with everything that such sites do to a bot.

site     PortalSite: start(), stop(), receive(...), outage(...), clock
inbox    the received faxes, and what became of them
members  who may sign in, sessions that end, accounts that lock
troubles what goes wrong, by a script or drawn from a seed
clock    the sandbox's own clock, which may run faster than ours
pages    what a browser is shown (templates/)
app      the addresses
"""

from bots.sandbox.portal_site.clock import Clock
from bots.sandbox.portal_site.inbox import Fax, Inbox
from bots.sandbox.portal_site.members import Member
from bots.sandbox.portal_site.site import PortalSite
from bots.sandbox.portal_site.troubles import Trouble, Troubles

__all__ = ["Clock", "Fax", "Inbox", "Member", "PortalSite", "Trouble", "Troubles"]
