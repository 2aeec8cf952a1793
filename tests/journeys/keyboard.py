"""A person without a mouse: moves by Tab, types, chooses by arrow keys. Nothing here clicks or sets a value."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.app import PASSWORD

MOST_TABS = 260


class Keyboard:
    """Drives one page by keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, target: str) -> None:
        """Press Tab until `target` (an id, or the id of a type-ahead's own box) has the focus."""
        wanted = {target, f"{target}-ts-control"}
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.id") in wanted:
                return
        raise AssertionError(f"Tab never reaches {target}")

    def type_into(self, target: str, text: str) -> None:
        self.go_to(target)
        self.page.keyboard.type(text)

    def pick(self, target: str, *names: str) -> None:
        """Type each name into a type-ahead and take the first suggestion."""
        self.go_to(target)
        for name in names:
            self.page.keyboard.type(name)
            expect(self.page.locator(".ts-dropdown .option.active").first).to_be_visible()
            self.page.keyboard.press("Enter")

    def choose(self, target: str, label: str) -> None:
        """Choose in a list by typing the beginning of an option's words."""
        self.go_to(target)
        self.page.keyboard.type(label)

    def press_button(self, label: str) -> None:
        """Press Tab until the button or link with these words has the focus, then Enter."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate("(document.activeElement.innerText || '').trim()")
            if focused == label:
                self.page.keyboard.press("Enter")
                self.page.wait_for_load_state()
                return
        raise AssertionError(f"Tab never reaches a button {label!r}")


def sign_in(page: Page, server: str, name: str) -> Keyboard:
    page.goto(f"{server}/sign-in")
    keys = Keyboard(page)
    keys.type_into("username", name)
    keys.type_into("password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("nav.site-nav--wide")).to_be_visible()
    page.wait_for_load_state()  # the scripts that hear the next key have run
    return keys
