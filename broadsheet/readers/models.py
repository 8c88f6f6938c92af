"""Who reads here: accounts, and what belongs to one reader alone."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Reader(AbstractUser):
    """A person with an account. `username` is the handle that others see and address."""

    first_name = None  # type: ignore[assignment]  # people have names, not first and last ones
    last_name = None  # type: ignore[assignment]  # see first_name
    name = models.CharField(max_length=80, blank=True, default="")
    """As the reader wants to be called."""
    email = models.EmailField(unique=True)

    def __str__(self) -> str:
        return self.name or self.username
