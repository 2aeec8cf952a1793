"""Facts

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fact_state",
        sa.Column(
            "basis", sa.Enum("working", "official", name="basis", native_enum=False, create_constraint=True, length=20), nullable=False
        ),
        sa.Column("rule_version", sa.String(length=20), nullable=False),
        sa.Column("reporting_state", sa.String(length=3), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("basis", name=op.f("pk_fact_state")),
    )
    op.create_table(
        "fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "basis", sa.Enum("working", "official", name="basis", native_enum=False, create_constraint=True, length=20), nullable=False
        ),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "counted",
                "statement",
                "phase",
                "planned",
                "cancelled",
                "requested",
                "granted",
                "refused",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("measure", sa.String(length=49), nullable=False),
        sa.Column("unit", sa.String(length=49), nullable=False),
        sa.Column("item", sa.String(length=49), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "total", "partner", "not_stated", "shared", "mentioned", name="scope", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("partner", sa.String(length=30), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("lo", sa.Date(), nullable=True),
        sa.Column("hi", sa.Date(), nullable=True),
        sa.Column("is_inferred", sa.Boolean(), nullable=False),
        sa.Column(
            "end_state",
            sa.Enum("dated", "ongoing", "not_stated", name="end_state", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("end_year", sa.Integer(), nullable=True),
        sa.Column("end_lo", sa.Date(), nullable=True),
        sa.Column("end_hi", sa.Date(), nullable=True),
        sa.Column("is_end_inferred", sa.Boolean(), nullable=False),
        sa.Column(
            "number_state",
            sa.Enum("value", "unquantified", "missing", name="number_state", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("value_lo", sa.Numeric(precision=24, scale=3), nullable=True),
        sa.Column("value_hi", sa.Numeric(precision=24, scale=3), nullable=True),
        sa.Column("is_about", sa.Boolean(), nullable=False),
        sa.Column("nature", sa.String(length=20), nullable=False),
        sa.Column("person_status", sa.String(length=49), nullable=False),
        sa.Column("is_open_list", sa.Boolean(), nullable=False),
        sa.Column("marking", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("review_state", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["party.code"], name=op.f("fk_fact_partner_party")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_fact_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
    )
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.create_index("ix_fact_figures", ["basis", "measure", "scope", "standing", "partner", "year", "record_id"], unique=False)
        batch_op.create_index("ix_fact_in_order", ["basis", "measure", "scope", "lo", "record_id"], unique=False)
        batch_op.create_index("ix_fact_of_record", ["record_id", "basis"], unique=False)

    op.create_table(
        "fact_key",
        sa.Column(
            "basis", sa.Enum("working", "official", name="basis", native_enum=False, create_constraint=True, length=20), nullable=False
        ),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=49), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_fact_key_record_id_record")),
        sa.PrimaryKeyConstraint("basis", "record_id", "dimension", "code", name=op.f("pk_fact_key")),
    )
    with op.batch_alter_table("fact_key", schema=None) as batch_op:
        batch_op.create_index("ix_fact_key_lookup", ["basis", "dimension", "code", "record_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("fact_key", schema=None) as batch_op:
        batch_op.drop_index("ix_fact_key_lookup")

    op.drop_table("fact_key")
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.drop_index("ix_fact_of_record")
        batch_op.drop_index("ix_fact_in_order")
        batch_op.drop_index("ix_fact_figures")

    op.drop_table("fact")
    op.drop_table("fact_state")
