"""How a brief is asked for: sent by GET, from the page whose figures it holds."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, SelectChoice, SelectField

from tracker.accounts.clearance import read_by
from tracker.accounts.models import User
from tracker.counting.models import Basis


class BriefForm(Form):
    """Up to which marking, and on the basis of the page."""

    marking = SelectField(
        _l("Records up to"), description=_l("Nothing marked higher is counted, named or cited; the marking stands on every page.")
    )
    basis = HiddenField()


def brief_form(user: User, basis: Basis) -> BriefForm:
    """The form for `user` on a page of `basis`."""
    form = BriefForm(data={"basis": basis.value, "marking": ""})
    form.marking.choices = [
        SelectChoice("", gettext("all that I may read")),
        *(SelectChoice(one, f"TLP:{one}") for one in read_by(user.role)),
    ]
    return form
