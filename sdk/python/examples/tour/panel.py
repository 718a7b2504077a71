"""``panel``: a customer's stamps, with a button for one more and a form for a reminder."""

from datetime import timedelta

import hospes
from shop import is_chinese
from wit_world.exports import panel as shown


class Panel:
    def render(self, context):
        """Says what is to be drawn; the host draws it, so that no script of a plugin reaches a browser."""
        customer = _customer(context)
        stamps = int(hospes.kv.get(_key(customer)) or 0)
        heading, title, add, remind, what, days = (
            ("轮行", "积点", "加一个积点", "提醒", "事项", "几天后")
            if is_chinese(context.language)
            else ("Radwerk", "Stamps", "Add a stamp", "Remind", "What", "In how many days")
        )
        nothing = hospes.value(None)
        inputs = [
            shown.Input("what", what, shown.InputKind.TEXT, True, nothing, []),
            shown.Input("days", days, shown.InputKind.INTEGER, False, nothing, []),
        ]
        return [
            shown.Block_Heading(heading),
            shown.Block_Fields(hospes.attributes(**{title: stamps})),
            shown.Block_Buttons([shown.Button("stamp", add)]),
            shown.Block_Form(shown.Form("remind", remind, inputs)),
        ]

    def act(self, action):
        customer = _customer(action.context)
        match action.name:
            case "stamp":
                hospes.kv.increment(_key(customer), 1)
            case "remind":
                _remind(customer, hospes.object_of(action.parameters))
            case other:
                hospes.fail("not-found", f"There is no button {other!r}.")
        # With nothing in it, the host draws the panel anew, when what was written is there.
        return []


def _customer(context):
    if context.place != "customer" or context.subject is None:
        hospes.fail("invalid", "The panel is for customers' pages.")
    return context.subject


def _key(customer):
    return f"stamps/{customer.id}"


def _remind(customer, entered):
    if "what" not in entered:
        hospes.fail("invalid", "Say what to remind of.")
    task = hospes.attributes(title=entered["what"], subject_kind=customer.kind, subject_id=customer.id)
    # An input that was left empty doesn't come at all. Its kind is sure, its size isn't.
    if "days" in entered:
        if not 0 <= entered["days"] <= 365:
            hospes.fail("invalid", "Days are 0 to 365.")
        # A datetime becomes a time of the contract; a number would become an integer.
        now = hospes.plain(hospes.types.Value_Time(hospes.clock.now()))
        task += hospes.attributes(due_at=now + timedelta(days=entered["days"]))
    hospes.records.create("task", task)
