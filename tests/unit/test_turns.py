"""The writer's lock is fair: first come, first served; who gives up does not keep it."""

from __future__ import annotations

import threading
import time

from app.core.turns import Turns


def test_turns_come_in_the_order_of_asking() -> None:
    turns, order = Turns(), list[int]()
    assert turns.acquire(1)
    threads = []
    for number in range(8):
        thread = threading.Thread(target=lambda n=number: (turns.acquire(5), order.append(n), turns.release()))
        thread.start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
        threads.append(thread)
    turns.release()
    for thread in threads:
        thread.join()
    assert order == list(range(8))
    assert turns.acquire(0.01)


def test_who_gives_up_does_not_hold_the_others_up() -> None:
    turns = Turns()
    assert turns.acquire(1)
    assert not turns.acquire(0.01)
    turns.release()
    assert turns.acquire(0.01)


def test_one_at_a_time_and_nobody_is_lost() -> None:
    turns, inside, most = Turns(), [0], [0]

    def work() -> None:
        for _ in range(200):
            assert turns.acquire(10)
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            inside[0] -= 1
            turns.release()

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert most == [1]
