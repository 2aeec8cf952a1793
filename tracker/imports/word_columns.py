"""Columns whose name fits several fields, such as `Status` or `Type`: the words in their cells tell which one is meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from tracker.database.folding import fold
from tracker.imports.fields import Field
from tracker.imports.naming import names_of, usual_names_of

# names of columns -> what they may hold, as far as the type of the record has it; of those that fit alike well, the first
_MAY_BE = {
    "status|current status|state|state of play|situation|stage|phase|force|in force|状态|现状|目前状态|阶段": (
        "status",
        "actions:undated",
        "stage",
    ),
    "type|kind|category|form|format|mode|method|modality|type of training|training type|course type|type of course|delivery|"
    "mode of delivery|type of agreement|agreement type|type of instrument|instrument|document type|type of document|nature|"
    "type of operation|operation type|type of handover|basis|legal ground|ground|类型|类别|种类|形式|方式|性质|培训形式|培训方式|授课方式|"
    "协定类型|文件类型|行动类型|移交方式|法律依据|依据": (
        "form",
        "format",
        "delivery",
        "op_type",
        "legal_basis",
        "scope",
        "level",
        "binding",
    ),
    "role|our part|our function|角色|我方角色": ("our_role",),
}
_KNOWN = {fold(name): keys for names, keys in _MAY_BE.items() for name in names.split("|")}
_HALF = 2


def by_words(session: Session, parts: Collection[str], cells: Sequence[str], key: str, fields: Mapping[str, Field]) -> str:
    """The field that knows most of the cells, at least half of them; `key`, by the name of the column, where none knows more. `parts`: the
    folded name, of one in two languages both."""
    wanted = [one for part in sorted(parts) for one in _KNOWN.get(part, ())]
    if not wanted or not cells:
        return key
    known = {one: _known(session, fields[one], cells) for one in dict.fromkeys((key, *wanted)) if one in fields}
    best = max(known, key=lambda one: known[one], default="")
    return best if best and known[best] and known[best] * _HALF >= len(cells) else key


def _known(session: Session, field: Field, cells: Sequence[str]) -> int:
    """How many of the cells are words of the field."""
    if not field.scheme or field.scheme == "party":
        return 0
    names = {**usual_names_of(session, field, "en"), **names_of(session, field, "en")}
    return sum(fold(cell) in names for cell in cells)
