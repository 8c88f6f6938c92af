"""Asking other sites: identified, one request at a time, patient, and never of a private address.

Knows no Django and no papers, so that everything that asks the network can stand on it.
"""

from broadsheet.fetching.client import Answer, Fetcher
from broadsheet.fetching.errors import FetchError
from broadsheet.fetching.manners import Manners
from broadsheet.fetching.posting import Answered, post

__all__ = ["Answer", "Answered", "FetchError", "Fetcher", "Manners", "post"]
