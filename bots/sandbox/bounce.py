"""What a mail server sends back when it cannot deliver a mail (RFC 3464)."""

from __future__ import annotations

from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid


def bounce(content: bytes, to: str, status: str = "5.1.1") -> bytes:
    """The report about a mail to `to`, with the mail's head in it."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["To"] = "MAILER-DAEMON@mx.example", "notice@center.example"
    report["Subject"], report["Date"] = "Undelivered Mail Returned to Sender", formatdate()
    report["Message-ID"] = make_msgid(domain="mx.example")
    report.attach(MIMEText(f"The mail could not be delivered to <{to}>.", "plain", "utf-8"))
    told = MIMEBase("message", "delivery-status")
    server, recipient = Message(), Message()
    server["Reporting-MTA"] = "dns; mx.example"
    recipient["Final-Recipient"] = f"rfc822; {to}"
    recipient["Action"] = "delayed" if status.startswith("4") else "failed"
    recipient["Status"] = status
    told.set_payload([server, recipient])
    report.attach(told)
    head = MIMENonMultipart("text", "rfc822-headers")
    head.set_payload(content.partition(b"\r\n\r\n")[0].decode("ascii", "replace"))
    report.attach(head)
    return report.as_bytes()
