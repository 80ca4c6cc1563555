"""Forms that wait for `<eyebright-input>`: for how long, and what goes if they do not."""

from __future__ import annotations

from helpers.element import FORM, choose, expect_state, send
from helpers.forms import Forms
from playwright.sync_api import Page, expect
from visits import Held, photo, slow

TOLD = """window.told = [];
window.tell = ({ detail: { file, error, fallback } }) =>
  told.push([file.name, error.name, fallback]);
addEventListener("eyebright-error", tell);"""


def test_submitting_meanwhile_waits_and_keeps_the_button(page: Page, forms: Forms) -> None:
    script = "<script type=module src='/count.js'></script>"
    page.route(
        "**/count.js",
        lambda route: route.fulfill(
            content_type="text/javascript",
            body="window.submits = 0; document.forms[0].onsubmit = () => { submits += 1; };",
        ),
    )
    held = Held(page, "**/engine.worker.js")
    page.goto(forms.page("/meanwhile", FORM.format(attributes="multiple") + script))
    choose(page, photo("me.jpg"), photo("you.jpg", 200))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Finishing 2 pictures; then the form is sent.").first).to_be_visible()

    assert page.evaluate("submits") == 0
    assert forms.received == []

    held.let_go()
    page.wait_for_url("**/send*")
    first, _record, second, _other, _title, how = forms.received.pop()
    assert (first.filename, second.filename, how.data) == ("me.avif", "you.avif", b"plainly")


def test_the_page_may_limit_the_wait(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/limit", FORM.format(attributes='limit="300"')))
    choose(page, slow("noise.jpg"))
    sent, record, *_others = send(page, forms)

    assert (sent.filename, sent.data) == ("noise.jpg", slow("noise.jpg")["buffer"])
    assert record.json["fallback"]["code"] == "limit"


def test_a_file_that_comes_while_the_form_waits_has_what_is_left_of_the_limit(
    page: Page, forms: Forms
) -> None:
    field = '<eyebright-input name="{}" {}></eyebright-input>'
    two = field.format("idle", 'limit="300"') + field.format("busy", "")
    page.goto(
        forms.page("/late-file", FORM.format(attributes="").replace("</form>", two + "</form>"))
    )
    page.evaluate(TOLD)
    choose(page, slow("noise.jpg"), field=2)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Finishing 1 picture; then").first.wait_for()
    choose(page, slow("late.jpg"), field=1)

    page.locator("eyebright-input[name=idle]:state(done)").wait_for()
    assert page.evaluate("told") == [["late.jpg", "TimeoutError", True]]
    assert forms.received == []

    page.get_by_role("button", name="Send now, as they are").last.click()
    page.wait_for_url("**/send*")
    sent = {part.name: part for part in forms.received.pop()}
    assert sent["idle-record"].json["fallback"]["code"] == "limit"
    assert sent["busy-record"].json["fallback"]["code"] == "chosen"


def test_a_field_that_leaves_the_page_tells_what_was_given_up(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/leaves", FORM.format(attributes="")))
    page.evaluate(TOLD)
    choose(page, slow("noise.jpg"))
    said = page.evaluate("""async () => {
      const field = document.querySelector("eyebright-input");
      field.addEventListener("eyebright-error", tell);
      field.remove();
      await field.settled();
      return field.shadowRoot.querySelector("[role=status]").textContent;
    }""")

    assert page.evaluate("told") == [["noise.jpg", "AbortError", True]]
    assert said.startswith("noise.jpg: ")
    assert said.endswith("is sent as it is")


def test_who_does_not_want_to_wait_sends_the_original(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/hurry", FORM.format(attributes="")))
    choose(page, slow("noise.jpg"))
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Send now, as they are").click()
    page.wait_for_url("**/send*")
    sent, record, *_others = forms.received.pop()

    assert sent.data == slow("noise.jpg")["buffer"]
    assert record.json["fallback"]["code"] == "chosen"


def test_a_script_that_submits_meanwhile_sends_the_original(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/script", FORM.format(attributes="")))
    choose(page, slow("noise.jpg"))
    page.evaluate("document.forms[0].submit()")
    page.wait_for_url("**/send*")
    sent, record, *_others = forms.received.pop()

    assert sent.data == slow("noise.jpg")["buffer"]
    assert record.json["fallback"]["code"] == "unfinished"


def test_a_reset_takes_a_waiting_submit_back(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/reset", FORM.format(attributes="")))
    choose(page, slow("noise.jpg"))
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Send now, as they are").wait_for()
    page.evaluate("document.forms[0].reset()")
    expect_state(page, "empty")
    expect(page.get_by_role("button", name="Send now, as they are")).to_be_hidden()
    sent = send(page, forms)

    assert [part.name for part in sent] == ["title", "how"]
    assert forms.received == []
