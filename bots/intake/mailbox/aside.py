"""What becomes of a mail that was taken: left, flagged or moved, as the setting `after` says. Never deleted.

It is done once for each mail. A person who takes a mail back out of the folder or takes the flag off has a reason
to, and is not gainsaid at the next look.
"""

from __future__ import annotations

from imap_tools import BaseMailBox

from bots.intake.mailbox import folder, seen
from bots.intake.mailbox.folder import Place
from bots.intake.mailbox.problems import Refused
from config.mailboxes import Mailbox


def put_away(box: Mailbox, mailbox: BaseMailBox, place: Place) -> int:
    """Flag or move what was taken from this folder; returns how many mails. Leaves the folder selected.

    Raises `Refused` when the server cannot do what the setting asks for; the mails are in the record anyway.
    """
    if box.after == "leave":
        return 0
    uids = seen.to_put_away(box.name, place)
    if not uids:
        return 0
    if box.after == "move":
        _check(box, mailbox)
    folder.select(mailbox, place.folder)
    return sum(_put_away_one(box, mailbox, place, uid) for uid in uids)


def _put_away_one(box: Mailbox, mailbox: BaseMailBox, place: Place, uid: int) -> bool:
    with seen.putting_away(box.name, place, uid) as is_ours:
        if is_ours and not _done(box, mailbox, uid) and folder.is_there(mailbox, uid):
            raise Refused(_refusal(box))
        return is_ours


def _done(box: Mailbox, mailbox: BaseMailBox, uid: int) -> bool:
    if box.after == "flag":
        return folder.mark(mailbox, uid, box.flag)
    return folder.move(mailbox, uid, box.move_to)


def _check(box: Mailbox, mailbox: BaseMailBox) -> None:
    if not folder.can_move(mailbox):
        raise Refused(
            f"{box.place}의 서버는 메일을 옮길 수 없습니다 (MOVE, UIDPLUS 없음): "
            'BACKOFFICE_MAILBOXES의 after를 "flag"나 "leave"로 바꾸십시오'
        )
    folder.make_folder(mailbox, box.move_to)


def _refusal(box: Mailbox) -> str:
    if box.after == "flag":
        return f"{box.place}의 서버가 표시를 받지 않습니다: BACKOFFICE_MAILBOXES의 flag를 확인하십시오"
    return f"{box.place}의 서버가 메일을 옮기지 않습니다: BACKOFFICE_MAILBOXES의 move_to를 확인하십시오"
