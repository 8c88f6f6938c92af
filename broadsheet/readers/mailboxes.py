"""Where mail for readers goes: one rule for letters and for notices.

To the address that the reader chose as the first, if it is verified; else to the oldest that is; to
none where no address is verified or the account is closed. Whoever changes an address gets mail at
the new one from the moment it is verified and chosen.
"""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress

from broadsheet.readers.models import Reader


def of(readers: Iterable[int]) -> dict[int, str]:
    """Addresses by readers' ids, in one query; without those to whom no mail goes."""
    rows = EmailAddress.objects.filter(user__in=set(readers), user__is_active=True, verified=True)
    # the last of equal keys stays
    found = rows.order_by("primary", "-id").values_list("user_id", "email")
    return {key: email.lower() for key, email in found}


def of_one(reader: Reader) -> str:
    """Empty where no mail goes to the reader."""
    return of([reader.pk]).get(reader.pk, "")


def whose(address: str) -> list[int]:
    """Ids of the readers whose mail goes to this address."""
    known = EmailAddress.objects.filter(email=address.lower(), verified=True)
    mail = of(known.values_list("user_id", flat=True))
    return [key for key, email in mail.items() if email == address.lower()]
