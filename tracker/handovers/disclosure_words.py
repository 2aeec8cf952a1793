"""Words for the log of disclosures and the notices of correction."""

from flask_babel import lazy_gettext as _l

from tracker.records.disclosure_models import Channel, Given

CHANNEL_WORDS = {
    Channel.I_24_7: _l("INTERPOL I-24/7"),
    Channel.DIPLOMATIC_NOTE: _l("diplomatic note"),
    Channel.LIAISON_OFFICER: _l("liaison officer"),
    Channel.LETTER: _l("letter"),
    Channel.SECURE_MAIL: _l("encrypted e-mail"),
    Channel.MEETING: _l("meeting"),
    Channel.OTHER: _l("another way"),
}
GIVEN_WORDS = {
    Given.PSEUDONYMS: _l("the record under pseudonyms"),
    Given.NAMES: _l("the record with names"),
}
