"""Sealed bytes carry the number of their format; those of every format that was ever released are opened for ever."""

from base64 import b64decode
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from app.anonymity.rules.sealing import ENTRY_SIZE, FORMAT, VOTE_SIZE, UnknownFormat, seal, size_of, unseal

KEY = bytes(range(32))
DRAFT = {
    "key": "k-1", "kind": "went_wrong", "text": "Copy came late. 🙈 مرحبا", "about": None, "dimension": "quality",
    "department": str(UUID(int=1)), "sent": True, "released": False, "owner": "o" * 64,
}  # fmt: skip
VOTE = {"stance": "agree"}
# Made once by the version that released the format, with the nonce 100, 101, ...; never to be made again.
FIRST_DRAFT = b64decode(
    "ZGVmZ2hpamtsbW5vMzm1AwDLbLxVT27K9kcBlCymJDCpG5Yc047bOpTNwmq4yzSlNGa5Pt+wF0+EYqmudj64i0E+JAbaATNPZ6F8D9A9A6MO4+Oi"
    "qUPPInPlRJJGQnFBy6mh5LuYW6EVYCc+4FOoXBo42RLajqfnji/cjVJK8musHNdAkEOxgeqEOPcCr6iFWQJyG+R5ZjW5rWyypvfQdmB7tqIBoU59"
    "0CGU2LwTVDn+qMPaHyrUksBW0av6lKzaUtdw9R5gfTunrD2hvUFjmIovVm4tEAQMKlWdZy8n+W3oN2PSnXdtu4OKfoQhSM2UzepEUXXDM77HOu++"
    "P7loxJyrgqSon3UETVGV9Bgc5e8SRvv0wCj2pNiGPjCIq20KhR9QRfljZnJPWmRT89Q1S1hFnchAuHa809f2iycxe8lpJW74OvlOOvbwTAmAcc3R"
    "OygxzKL4IxW6WUcFl8grH6UizfiU9oumD5buNvqk9r5INxjYkbGUxXolyVgm6YR3v+bPlyY335gY6sLLXT9vapSz4BKz4lC1e/yatfYcJi3xWrjf"
    "iXgYTck+HhGz32lg1fR89bBIW829NbCP"
)
FIRST_VOTE = b64decode(
    "ZGVmZ2hpamtsbW5vMzmtEhiHNfscWH2JvRcPmGC/JiqrTNNSh/GMaNuDhWi0yWDgbDK7JN3TWB/dYurvO3u4xwBqYQja0Yz2z6GFqiis+y72axsl"
    "q0/NYzGqEcZEWD8Uh+Wt5v/RFuRbM25xrlGyXkttmF6T2v7lgi2YyAILoD/hWZkUklmzkfqUKOcSv7iISRJiC+lpdiWpoHyitufdZnBrprIRsV5t"
    "wDGF2hDYKdB3oNcbdplObVbsAag="
)
SECOND_VOTE = b64decode(
    "AmRlZmdoaWprbG1ubzM5rRIYhzX7HFh9ib0XD5hgvyYqq0zTUofxjGjbg4VotMlg4GwyuyTd01gf3WLq7zt7uMcAamEI2tGM9s+hhaoorPsu9msb"
    "JatPzWMxqhHGRFg/FIflreb/0RbkWzNuca5Rsl5LbZhek9r+5YItmMgCC6A/4VmZFJJZs5H6lCjnEr+4iEkSYgvpaXYlqaB8orbn3WZwa6ayEbFe"
    "bcAxhdqT1qgMWfQnp8pGlhGFYxiV"
)


def test_what_the_first_version_sealed_is_opened_for_ever() -> None:
    assert unseal(KEY, "tag of a draft", FIRST_DRAFT) == DRAFT
    assert unseal(KEY, "tag of a vote", FIRST_VOTE) == VOTE
    assert (size_of(FIRST_DRAFT), size_of(FIRST_VOTE)) == (416, VOTE_SIZE)


def test_what_the_second_version_sealed_is_opened_for_ever() -> None:
    assert SECOND_VOTE[0] == 2
    assert unseal(KEY, "tag of a vote", SECOND_VOTE) == VOTE
    assert size_of(SECOND_VOTE) == VOTE_SIZE


def test_what_is_sealed_now_says_its_format() -> None:
    for size in (ENTRY_SIZE, VOTE_SIZE):
        sealed = seal(KEY, "tag", VOTE, size)
        assert sealed[0] == FORMAT
        assert size_of(sealed) == size
        assert unseal(KEY, "tag", sealed) == VOTE


def test_a_number_cannot_be_changed_or_taken_away() -> None:
    sealed = seal(KEY, "tag", VOTE, VOTE_SIZE)
    with pytest.raises(InvalidTag):
        unseal(KEY, "tag", sealed[1:])
    with pytest.raises(UnknownFormat):
        unseal(KEY, "tag", bytes([FORMAT + 1]) + sealed[1:])


def test_a_size_that_would_hide_the_format_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 4"):
        seal(KEY, "tag", VOTE, VOTE_SIZE + 1)
