"""Messages that say that a letter came back, as mail servers and mailbox providers write them."""

from __future__ import annotations

from broadsheet.digests.letter import message_id
from broadsheet.digests.models import Letter


def bounce(
    letter: Letter, status: str = "5.1.1", action: str = "failed", whole: bool = True
) -> bytes:
    """A delivery report (RFC 3464), with the letter or with its headers alone."""
    returned = "message/rfc822" if whole else "text/rfc822-headers"
    return f"""From: MAILER-DAEMON@mail.example.net
To: bounces@papers.example.org
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

Your mail could not be delivered.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net

Final-Recipient: rfc822; somebody@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user
--cut
Content-Type: {returned}

Message-ID: {message_id(letter)}
Subject: Trending papers

Papers.
--cut--
""".replace("\n", "\r\n").encode()


def complaint(letter: Letter) -> bytes:
    """A report of unwanted mail (RFC 5965)."""
    return f"""From: abuse@mail.example.net
To: bounces@papers.example.org
Subject: FW: Trending papers
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="cut"

--cut
Content-Type: text/plain

This is an email abuse report.
--cut
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeProvider/1.0
Version: 1
--cut
Content-Type: message/rfc822

Message-ID: {message_id(letter)}
Subject: Trending papers

Papers.
--cut--
""".replace("\n", "\r\n").encode()
