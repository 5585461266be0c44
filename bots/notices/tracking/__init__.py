"""Registered mail is followed until it has arrived or come back.

trace    what the post tells: `Trace` with its events; the protocol `Tracking`; its errors
epost    the open interface over HTTP
xml_answer   its answers
meaning  what they mean
outcome  what that changes in the record
bot      notices.track
"""

from bots.notices.tracking import bot

__all__ = ["bot"]
