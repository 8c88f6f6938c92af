"""A daily page of research papers."""

__version__ = "0.1.0"
