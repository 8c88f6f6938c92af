"""Asking sources over the network: which, when, and what came of it."""
