"""Agreements: treaties, memoranda, protocols and other instruments, and their life."""

from flask_babel import lazy_gettext as _l

from tracker.agreements import checks, rules
from tracker.agreements.actions import ACTIONS
from tracker.agreements.forms import AgreementForm
from tracker.agreements.models import Agreement, Binding
from tracker.counting.measures import Contribution, Measure, Mode, SpanMeasure
from tracker.records.record_type import Column, ColumnKind, RecordType

_SIGNED = _l("last signature")

AGREEMENT = RecordType(
    kind="agreement",
    slug="agreements",
    prefix="AGR",
    label=_l("Agreement"),
    label_plural=_l("Agreements"),
    label_new=_l("New agreement"),
    model=Agreement,
    form=AgreementForm,
    date_label=_l("Signed on"),
    shortcut="a",
    columns=(
        Column("form", _l("Form of instrument"), ColumnKind.TERM, scheme="agreement_form"),
        Column(
            "binding",
            _l("Binding"),
            ColumnKind.ENUM,
            words={Binding.BINDING: _l("binding"), Binding.NON_BINDING: _l("not binding"), Binding.NOT_STATED: _l("not stated")},
        ),
        Column("scope", _l("Scope"), ColumnKind.TERM, scheme="agreement_scope"),
        Column("level", _l("Level"), ColumnKind.TERM, scheme="agreement_level"),
        Column("signature_type", _l("Kind of signature"), ColumnKind.TERM, scheme="signature_type"),
        Column("duration_text", _l("Duration as written")),
        Column("renewal", _l("Renewal"), ColumnKind.TERM, scheme="renewal"),
        Column("expires_on", _l("Expires on"), ColumnKind.DATE, words_in="duration_text"),
        Column("notice_days", _l("Notice of denunciation, days"), ColumnKind.NUMBER),
    ),
    lists=(ACTIONS,),
    told_by_the_rest=rules.status_by_steps,
    roles=("signatory", "participant", "depositary", "coordinator", "adopting_body", "observer", "mentioned"),
    measures=(
        Measure("agreements_signed", _l("Agreements signed"), "agreement", _SIGNED, facts=("agreements",), main=True),
        Measure(
            "agreements_in_force", _l("Agreements in force"), "agreement", _l("entry into force"), facts=("in_force",), mode=Mode.STOCK
        ),
        # C19: shown next to the stock, never inside it
        Measure("agreements_force_not_known", _l("Agreements signed, force not known"), "agreement", _SIGNED, facts=("force_not_known",)),
        # C20: excluded from the instruments
        Measure("amendments", _l("Amendments, protocols and renewals"), "agreement", _SIGNED, facts=("amendments",)),
    ),
    rules=checks.problems,
    contribution=Contribution(
        measure="agreements",
        unit="agreement",
        counting_date=rules.counting_date,
        measure_of=lambda payload: "amendments" if rules.changes_another(payload) else "agreements",
        span_measures=(SpanMeasure("in_force", "agreement", rules.spans_in_force),),
        extra_facts=lambda payload: (
            (("force_not_known", "agreement"),) if rules.is_force_not_known(payload) and not rules.changes_another(payload) else ()
        ),
        dimensions=("binding", "form"),
    ),
    told_with_end=("notice_days", "renewal"),
    form_sections=(
        ("instrument", _l("Instrument"), ("form", "binding", "scope", "level", "signature_type")),
        ("actions", _l("Life of the agreement"), ("actions", "expires_on", "renewal", "duration_text", "notice_days")),
    ),
)
