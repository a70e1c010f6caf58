"""The one error that reaches a person: what happened, and what to do."""

from __future__ import annotations


class UserError(Exception):
    """A problem that the user can act on; each argument is one sentence."""

    def __init__(self, what_happened: str, what_to_do: str) -> None:
        super().__init__(f"{what_happened} {what_to_do}")
        self.what_happened = what_happened
        self.what_to_do = what_to_do
