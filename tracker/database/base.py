"""The declarative base and the rules that hold for every table."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the tracker; constraints are named by convention so that both engines can alter them."""

    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)


def checked(enum: type[StrEnum], column: str) -> sa.Enum:
    """A text column that the database itself keeps to the values of `enum`.

    Not a native enum type: adding a value must be easy on both engines.
    `column` names the check constraint, since one table may use an enum twice.
    """
    return sa.Enum(
        enum,
        name=column,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )
