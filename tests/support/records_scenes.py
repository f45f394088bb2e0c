"""Designed states of the console's rooms about people, contacts, calls and changes."""

from __future__ import annotations

from playwright.async_api import Page

from tests.support import admin_samples, records_samples
from tests.support.desk_stub import DeskStub
from tests.support.scene import Play, Scene, an_admin


def _people(stub: DeskStub) -> None:
    stub.floor = admin_samples.floor()
    stub.answers["GET /api/v1/users"] = (200, {"users": records_samples.people()}, {})
    stub.answers["GET /api/v1/tokens"] = (200, {"tokens": records_samples.tokens()}, {})


def _pressing(*names: str) -> Play:
    async def play(stub: DeskStub, page: Page) -> None:
        for name in names:
            await page.get_by_role("button", name=name).first.click()

    return play


async def _demote(stub: DeskStub, page: Page) -> None:
    await page.get_by_label("Role").select_option("rep")
    await page.get_by_label("May not log in for now").check()


async def _make_a_token(stub: DeskStub, page: Page) -> None:
    stub.answers["POST /api/v1/tokens"] = (201, {"id": "t3", "token": "cti_" + "x" * 43}, {})
    await page.get_by_role("button", name="Make a token").click()
    await page.get_by_label("What for").fill("Nightly report")
    await page.get_by_role("button", name="Make the token").click()


async def _add_in_vain(stub: DeskStub, page: Page) -> None:
    refused = {"title": "Conflict", "errors": [{"field": "email", "message": "not an e-mail address"}]}
    stub.answers["POST /api/v1/users"] = (422, refused, {})
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("E-mail").fill("dee@example")
    await dialog.get_by_label("First password").fill("correct horse battery")
    await dialog.get_by_role("button", name="Add somebody").click()


def _people_scenes() -> tuple[Scene, ...]:
    one = "/admin#/people/u-bo"
    add = "/admin#/people?rep=dee"
    end = _pressing("End Nightly report")
    return (
        Scene(name="people", path="/admin#/people", shows="Nightly report", me=an_admin, before=_people),
        Scene(name="people-add", path=add, shows="not an e-mail", me=an_admin, before=_people, play=_add_in_vain),
        Scene(name="person", path=one, shows="no longer sees", me=an_admin, before=_people, play=_demote),
        Scene(
            name="person-delete",
            path=one,
            shows="cannot be undone",
            me=an_admin,
            before=_people,
            play=_pressing("Delete"),
        ),
        Scene(
            name="token-made",
            path="/admin#/people",
            shows="shown this once",
            me=an_admin,
            before=_people,
            play=_make_a_token,
        ),
        Scene(name="token-end", path="/admin#/people", shows="refused at once", me=an_admin, before=_people, play=end),
    )


def _care(stub: DeskStub) -> None:
    stub.floor = admin_samples.floor()
    stub.answers["GET /api/v1/care"] = (200, records_samples.care(), {})


def _well(stub: DeskStub) -> None:
    stub.answers["GET /api/v1/care"] = (200, {"findings": [], "counts": {}, "days": 30, "version": 7}, {})


def _care_scenes() -> tuple[Scene, ...]:
    path = "/admin#/care"
    return (
        Scene(name="care", path=path, shows="and 139 more", me=an_admin, before=_care),
        Scene(name="care-well", path=path, shows="All is well", me=an_admin, before=_well),
    )


def _contacts(stub: DeskStub) -> None:
    stub.floor, stub.contacts = admin_samples.floor(), records_samples.contacts()
    stub.answers["GET /api/v1/contacts/c-1"] = (200, records_samples.contacts()[0], {})


async def _save_in_vain(stub: DeskStub, page: Page) -> None:
    reason = {"field": "phone", "message": "number 2: too short for a telephone number"}
    stub.answers["PUT /api/v1/contacts/c-1"] = (422, {"title": "The contact is not right.", "errors": [reason]}, {})
    await page.get_by_label("Phone numbers").fill("+48600100200\n+481")
    await page.get_by_role("button", name="Save").click()


async def _delete_contact(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()


def _contact_scenes() -> tuple[Scene, ...]:
    path, one = "/admin#/contacts", "/admin#/contacts/c-1"
    gone = "Jan Kowalski is deleted"
    return (
        Scene(name="contacts", path=path, shows="Mary Major", me=an_admin, before=_contacts),
        Scene(name="contacts-none", path=path, shows="No contacts yet", me=an_admin),
        Scene(name="contact", path=one, shows="Too short", me=an_admin, before=_contacts, play=_save_in_vain),
        Scene(name="contact-deleted", path=one, shows=gone, me=an_admin, before=_contacts, play=_delete_contact),
    )


def _changes(stub: DeskStub) -> None:
    stub.answers["GET /api/v1/audit"] = (200, records_samples.changes(), {})


async def _look_closer(stub: DeskStub, page: Page) -> None:
    await page.get_by_text("What differs: 2 things").click()


def _audit_scenes() -> tuple[Scene, ...]:
    path = "/admin#/audit"
    return (
        Scene(name="audit", path=path, shows="gold", me=an_admin, before=_changes, play=_look_closer),
        Scene(name="audit-failed", path=path, shows="did not answer", me=an_admin, before=_audit_away),
    )


def _audit_away(stub: DeskStub) -> None:
    stub.answers["GET /api/v1/audit"] = (503, {"title": "Unavailable"}, {})


def _nothing_yet(stub: DeskStub) -> None:
    stub.answers["GET /api/v1/users"] = (200, {"users": records_samples.people()[:1]}, {})
    stub.answers["GET /api/v1/care"] = (200, {"findings": [], "counts": {}, "days": 30, "version": None}, {})


async def _two_steps(stub: DeskStub, page: Page) -> None:
    await page.get_by_label("Number that people call").fill("+15550100")
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_label("Skills").fill("Support, Spanish")
    await page.get_by_role("button", name="Go on").click()


def _start_scenes() -> tuple[Scene, ...]:
    path = "/admin"
    return (
        Scene(name="start-number", path=path, shows="Which number", me=an_admin, before=_nothing_yet),
        Scene(
            name="start-reps",
            path=path,
            shows="Level in spanish",
            me=an_admin,
            before=_nothing_yet,
            play=_two_steps,
        ),
        Scene(name="care-nothing", path="/admin#/care", shows="No configuration", me=an_admin, before=_nothing_yet),
    )


RECORDS_SCENES: tuple[Scene, ...] = (
    *_people_scenes(),
    *_care_scenes(),
    *_contact_scenes(),
    *_audit_scenes(),
    *_start_scenes(),
)
