"""The bank's 300-byte messages: `encode`, `decode`, and the requests that we make."""

from bots.payments.messages.codec import decode, encode
from bots.payments.messages.faults import MessageFault
from bots.payments.messages.message import Key, Message, Value
from bots.payments.messages.requests import Head

__all__ = ["Head", "Key", "Message", "MessageFault", "Value", "decode", "encode"]
