"""Figures

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=True),
        sa.Column("value_lo", sa.Numeric(precision=18, scale=3), nullable=True),
        sa.Column("value_hi", sa.Numeric(precision=18, scale=3), nullable=True),
        sa.Column(
            "qualifier",
            sa.Enum(
                "exact",
                "at_least",
                "at_most",
                "about",
                "range",
                "unquantified",
                name="qualifier",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "nature",
            sa.Enum("new_in_period", "cumulative", "snapshot", name="nature", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("as_of_edtf", sa.String(length=60), nullable=False),
        sa.Column("as_of_lo", sa.Date(), nullable=True),
        sa.Column("as_of_hi", sa.Date(), nullable=True),
        sa.Column(
            "as_of_basis",
            sa.Enum("stated", "inferred", "not_stated", name="as_of_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("period_edtf", sa.String(length=60), nullable=False),
        sa.Column("period_lo", sa.Date(), nullable=True),
        sa.Column("period_hi", sa.Date(), nullable=True),
        sa.Column(
            "period_basis",
            sa.Enum("stated", "inferred", "not_stated", name="period_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("series", sa.String(length=100), nullable=False),
        sa.Column("person_status", sa.String(length=80), nullable=True),
        sa.Column("country_id", sa.Integer(), nullable=True),
        sa.Column("contained_in_id", sa.Integer(), nullable=True),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("text_original", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(as_of_basis = 'not_stated') = (COALESCE(as_of_edtf, '') = '')", name=op.f("ck_figure_as_of_stated_when_written")
        ),
        sa.CheckConstraint(
            "(period_basis = 'not_stated') = (COALESCE(period_edtf, '') = '')", name=op.f("ck_figure_period_stated_when_written")
        ),
        sa.CheckConstraint(
            "(qualifier IN ('exact', 'about') AND value_lo IS NOT NULL AND value_hi IS NOT NULL AND value_hi = value_lo) OR (qualifier = 'at_least' AND value_lo IS NOT NULL AND value_hi IS NULL) OR (qualifier = 'at_most' AND value_lo IS NOT NULL AND value_lo = 0 AND value_hi IS NOT NULL) OR (qualifier = 'range' AND value_lo IS NOT NULL AND value_hi IS NOT NULL AND value_lo < value_hi) OR (qualifier = 'unquantified' AND value_lo IS NULL AND value_hi IS NULL)",
            name=op.f("ck_figure_bounds_fit_qualifier"),
        ),
        sa.CheckConstraint("qualifier <> 'unquantified' OR text_original <> ''", name=op.f("ck_figure_words_where_no_number")),
        sa.CheckConstraint("as_of_lo IS NULL OR as_of_hi IS NULL OR as_of_lo <= as_of_hi", name=op.f("ck_figure_as_of_bounds_in_order")),
        sa.CheckConstraint("contained_in_id <> id", name=op.f("ck_figure_not_contained_in_itself")),
        sa.CheckConstraint(
            "period_lo IS NULL OR period_hi IS NULL OR period_lo <= period_hi", name=op.f("ck_figure_period_bounds_in_order")
        ),
        sa.CheckConstraint("value_lo >= 0 AND value_hi >= 0", name=op.f("ck_figure_not_negative")),
        sa.ForeignKeyConstraint(["contained_in_id"], ["figure.id"], name=op.f("fk_figure_contained_in_id_figure")),
        sa.ForeignKeyConstraint(["country_id"], ["party.id"], name=op.f("fk_figure_country_id_party")),
        sa.ForeignKeyConstraint(["item"], ["vocab_term.id"], name=op.f("fk_figure_item_vocab_term")),
        sa.ForeignKeyConstraint(["metric"], ["vocab_term.id"], name=op.f("fk_figure_metric_vocab_term")),
        sa.ForeignKeyConstraint(["person_status"], ["vocab_term.id"], name=op.f("fk_figure_person_status_vocab_term")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_figure_record_id_record")),
        sa.ForeignKeyConstraint(["unit"], ["vocab_term.id"], name=op.f("fk_figure_unit_vocab_term")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure")),
        sa.UniqueConstraint("record_id", "no", name=op.f("uq_figure_record_id_no")),
    )


def downgrade() -> None:
    op.drop_table("figure")
