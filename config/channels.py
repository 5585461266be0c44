"""The channels by which a notice reaches somebody, and the order in which they are tried: ``channels.yaml``.

Which channel proves arrival, and which may be used only with consent, is the law's (행정절차법 제14조, 제15조)
and is written here; a center changes the order in which they are tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.settings import layered

AddressKind = Literal["mail", "email", "phone", "box", "none"]


class ChannelsError(ValueError):
    """``channels.yaml`` says something that is not understood or that the law does not allow."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to a person.

    title    what staff read
    proof    it proves when it arrived: an official act (처분) goes by such a channel only
    consent  only with the recipient's consent, at the address that they named (제14조 제3항)
    letter   it carries the letter itself; without, a short message
    address  what it needs: "mail" (postcode and address), "email", "phone", "box" (전자문서함) or "none"
    by_bot   a bot sends it; without, a person does it and tells of it
    """

    name: str
    title: str
    proof: bool
    consent: bool
    letter: bool
    address: AddressKind
    by_bot: bool = True

    @property
    def is_post(self) -> bool:
        return self.address == "mail"


CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel("registered", "등기우편", proof=True, consent=False, letter=True, address="mail"),
        Channel("post", "일반우편", proof=False, consent=False, letter=True, address="mail"),
        Channel("electronic", "전자송달", proof=True, consent=True, letter=True, address="box"),
        # A mail server tells that it took a mail over, not that it entered the person's mailbox.
        Channel("email", "전자우편", proof=False, consent=True, letter=True, address="email"),
        Channel("alimtalk", "알림톡", proof=False, consent=True, letter=False, address="phone"),
        Channel("sms", "문자메시지", proof=False, consent=True, letter=False, address="phone"),
        Channel("hand", "교부송달", proof=True, consent=False, letter=True, address="none", by_bot=False),
        Channel("public", "공시송달", proof=True, consent=False, letter=True, address="none", by_bot=False),
    )
}


def title(name: str) -> str:
    """What staff read for a channel; its own name for one that nobody knows."""
    return CHANNELS[name].title if name in CHANNELS else name


def proving() -> tuple[str, ...]:
    """Channels by which an official act may go."""
    return tuple(name for name, channel in CHANNELS.items() if channel.proof)


class Orders(BaseModel):
    """In which order channels are tried; () leaves it to the default.

    official  acts (처분): channels with proof only
    ordinary  other letters
    kinds     by kind of notice; goes before both, never beyond proof for an official one
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    official: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()
    kinds: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Orders:
        for order in (self.official, self.ordinary, *self.kinds.values()):
            for name in order:
                if name not in CHANNELS or not CHANNELS[name].by_bot:
                    raise ValueError(f"no bot sends by a channel {name!r}")
        if wrong := [name for name in self.official if not CHANNELS[name].proof]:
            raise ValueError(f"{', '.join(wrong)} gives no proof of arrival: never for an official act")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    order: Orders
    batch_letters: int = Field(default=500, ge=1, le=500)
    attempts: int = Field(default=2, ge=1)


@lru_cache
def rules() -> _File:
    """The center's own file goes before the default.

    order          `Orders`
    batch_letters  letters of one upload to the post
    attempts       so often a letter goes by registered mail to one address where only nobody was at home

    Raises ChannelsError, which names the file and the place.
    """
    file = layered("channels.yaml")[-1]
    try:
        found = _File(**yaml.safe_load(file.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise ChannelsError(f"{file}: {error}") from None
    if not found.order.official or not found.order.ordinary:
        raise ChannelsError(f"{file}: order: official and ordinary must not be empty")
    return found


def order(
    kind: str, *, official: bool, own: Orders | None = None, named: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The channels to try for a notice, the first that is possible goes.

    own    the order of its program (``programs.yaml``), before that of ``channels.yaml``
    named  the order of its kind (``notices.yaml``)

    What is said of the kind goes before what is said of all: by the program, by ``notices.yaml``, by
    ``channels.yaml``.
    An official act gets channels with proof only, whatever the files say.
    """
    own, common = own or Orders(), rules().order
    orders = [own.kinds.get(kind, ()), named, common.kinds.get(kind, ())]
    orders += [own.official, common.official] if official else [own.ordinary, common.ordinary]
    for found in orders:
        allowed = tuple(name for name in found if name in CHANNELS and CHANNELS[name].by_bot)
        if official:
            allowed = tuple(name for name in allowed if CHANNELS[name].proof)
        if allowed:
            return allowed
    return ()
