"""The line over the list: how many, how far, how much was saved, and what can be done with all."""

from typing import Any

from js import document

from page import words
from page.dom import by_id, say, visible
from page.items import CANCELLED, DONE, FAILED, WAITING, WORKING, Queue

TITLE = document.title


def counts(queue: Queue) -> dict[str, int]:
    return {
        "open": queue.count(WAITING, WORKING),
        "done": queue.count(DONE),
        "failed": queue.count(FAILED),
        "cancelled": queue.count(CANCELLED),
    }


def show(queue: Queue, skipped: int) -> None:
    """Bring everything over the list in line with the queue."""
    any_items = bool(queue.items)
    document.documentElement.classList.toggle("busy", any_items)
    visible(by_id("results"), on=any_items)
    visible(by_id("promises"), on=not any_items)
    before, after = queue.sizes()
    by_id("summary").textContent = words.summary(counts(queue), before, after)
    by_id("summary-more").textContent = _more(queue, skipped)
    still_open = queue.count(WAITING, WORKING) > 0
    visible(by_id("download-all"), on=queue.count(DONE) > 0)
    visible(by_id("cancel-all"), on=still_open)
    unmade = queue.unmade(words.can_be_tried_again)
    visible(by_id("again-all"), on=len(unmade) > 1 and not still_open)
    visible(by_id("clear"), on=any_items and not still_open)
    show_overall(queue)


def _more(queue: Queue, skipped: int) -> str:
    parts = (words.remaining(counts(queue)), words.left_out(skipped))
    return ", ".join(part for part in parts if part)


def show_overall(queue: Queue) -> None:
    """The bar over all, and the tab's title while somebody may look elsewhere."""
    overall, still_open = by_id("overall"), queue.count(WAITING, WORKING) > 0
    overall.value = queue.fraction()
    visible(overall, on=still_open)
    percent = int(queue.fraction() * 100)
    document.title = f"{percent} % - Eyebright" if still_open else TITLE


def show_stale(queue: Queue, wish: Any) -> None:
    """Offer to do again what was made with other settings; told once, when it begins."""
    notice, count = by_id("stale"), len(queue.stale(wish))
    if count and notice.hidden:
        say(words.stale(count))
    by_id("stale-words").textContent = words.stale(count)
    visible(notice, on=count > 0)


def tell_when_all_done(queue: Queue, skipped: int) -> None:
    if queue.count(WAITING, WORKING) == 0:
        say(f"All done. {by_id('summary').textContent}. {_more(queue, skipped)}")
