"""How many of a room are done, said so that it points at nobody: in words while the room is small."""

COUNTED_FROM = 10
"""Seats from which on a number is said."""


def crowd(done: int, total: int) -> str | None:
    """Under ten: some at most, most, or nearly all; from ten on "12 of 15"; None where any word would be a number.

    Each word stands for two numbers or more, none and all included, so that no single press can be read off.
    """
    if total >= COUNTED_FROM:
        return f"{done} of {total}"
    if total < 3:
        return None
    if done >= total - 1:
        return "nearly all"
    most = range(total // 2 + 1, total - 1)
    return "most" if len(most) > 1 and done in most else "some at most"
