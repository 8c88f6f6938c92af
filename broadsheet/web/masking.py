"""What the log must not tell: addresses that open something to whoever has them."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(?<=/)[\w:.=-]{24,}(?=[/?\s\"']|$)")
"""A part of an address that is too long to be a name: a letter's link, an invitation."""


class Masked(logging.Filter):
    """Takes such parts out of every line, whoever writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        masked = SECRET.sub("…", told)
        if masked != told:
            record.msg, record.args = masked, ()
        return True
