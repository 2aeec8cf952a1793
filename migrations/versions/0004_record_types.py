"""Agreements operations handovers and trainings

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=80), nullable=True),
        sa.Column(
            "binding",
            sa.Enum("binding", "non_binding", "not_stated", name="binding", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("scope", sa.String(length=80), nullable=True),
        sa.Column("level", sa.String(length=80), nullable=True),
        sa.Column("signature_type", sa.String(length=80), nullable=True),
        sa.Column("duration_text", sa.String(length=200), nullable=False),
        sa.Column("renewal", sa.String(length=80), nullable=True),
        sa.Column("expires_on_edtf", sa.String(length=60), nullable=False),
        sa.Column("expires_on_lo", sa.Date(), nullable=True),
        sa.Column("expires_on_hi", sa.Date(), nullable=True),
        sa.Column(
            "expires_on_basis",
            sa.Enum("stated", "inferred", "not_stated", name="expires_on_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("notice_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(expires_on_basis = 'not_stated') = (COALESCE(expires_on_edtf, '') = '')",
            name=op.f("ck_agreement_expires_on_stated_when_written"),
        ),
        sa.CheckConstraint(
            "expires_on_lo IS NULL OR expires_on_hi IS NULL OR expires_on_lo <= expires_on_hi",
            name=op.f("ck_agreement_expires_on_bounds_in_order"),
        ),
        sa.CheckConstraint("notice_days >= 0", name=op.f("ck_agreement_notice_not_negative")),
        sa.ForeignKeyConstraint(["form"], ["vocab_term.id"], name=op.f("fk_agreement_form_vocab_term")),
        sa.ForeignKeyConstraint(["level"], ["vocab_term.id"], name=op.f("fk_agreement_level_vocab_term")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_agreement_record_id_record")),
        sa.ForeignKeyConstraint(["renewal"], ["vocab_term.id"], name=op.f("fk_agreement_renewal_vocab_term")),
        sa.ForeignKeyConstraint(["scope"], ["vocab_term.id"], name=op.f("fk_agreement_scope_vocab_term")),
        sa.ForeignKeyConstraint(["signature_type"], ["vocab_term.id"], name=op.f("fk_agreement_signature_type_vocab_term")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_agreement")),
    )
    op.create_table(
        "operation",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("op_type", sa.String(length=80), nullable=True),
        sa.Column("series_name", sa.String(length=200), nullable=False),
        sa.Column("phase", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["op_type"], ["vocab_term.id"], name=op.f("fk_operation_op_type_vocab_term")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_operation_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_operation")),
    )
    op.create_table(
        "training",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.String(length=80), nullable=True),
        sa.Column("format", sa.String(length=80), nullable=True),
        sa.Column("our_role", sa.String(length=80), nullable=True),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_training_days_positive")),
        sa.ForeignKeyConstraint(["delivery"], ["vocab_term.id"], name=op.f("fk_training_delivery_vocab_term")),
        sa.ForeignKeyConstraint(["format"], ["vocab_term.id"], name=op.f("fk_training_format_vocab_term")),
        sa.ForeignKeyConstraint(["our_role"], ["vocab_term.id"], name=op.f("fk_training_our_role_vocab_term")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_training_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_training")),
    )
    op.create_table(
        "agreement_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("date_edtf", sa.String(length=60), nullable=False),
        sa.Column("date_lo", sa.Date(), nullable=True),
        sa.Column("date_hi", sa.Date(), nullable=True),
        sa.Column(
            "date_basis",
            sa.Enum("stated", "inferred", "not_stated", name="date_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(date_basis = 'not_stated') = (COALESCE(date_edtf, '') = '')", name=op.f("ck_agreement_action_date_stated_when_written")
        ),
        sa.CheckConstraint(
            "date_lo IS NULL OR date_hi IS NULL OR date_lo <= date_hi", name=op.f("ck_agreement_action_date_bounds_in_order")
        ),
        sa.ForeignKeyConstraint(["action"], ["vocab_term.id"], name=op.f("fk_agreement_action_action_vocab_term")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.record_id"], name=op.f("fk_agreement_action_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_agreement_action_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_action")),
    )
    with op.batch_alter_table("agreement_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_action_agreement_id"), ["agreement_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("inward", "outward", "transit", "not_stated", name="direction", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum("requested", "granted", "refused", "done", name="stage", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("legal_basis", sa.String(length=80), nullable=False),
        sa.Column("basis_agreement_id", sa.Integer(), nullable=True),
        sa.Column("notice", sa.String(length=80), nullable=True),
        sa.Column("court_decision", sa.String(length=200), nullable=False),
        sa.Column("assurances", sa.String(length=200), nullable=False),
        sa.Column("requested_on_edtf", sa.String(length=60), nullable=False),
        sa.Column("requested_on_lo", sa.Date(), nullable=True),
        sa.Column("requested_on_hi", sa.Date(), nullable=True),
        sa.Column(
            "requested_on_basis",
            sa.Enum("stated", "inferred", "not_stated", name="requested_on_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("granted_on_edtf", sa.String(length=60), nullable=False),
        sa.Column("granted_on_lo", sa.Date(), nullable=True),
        sa.Column("granted_on_hi", sa.Date(), nullable=True),
        sa.Column(
            "granted_on_basis",
            sa.Enum("stated", "inferred", "not_stated", name="granted_on_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("refused_on_edtf", sa.String(length=60), nullable=False),
        sa.Column("refused_on_lo", sa.Date(), nullable=True),
        sa.Column("refused_on_hi", sa.Date(), nullable=True),
        sa.Column(
            "refused_on_basis",
            sa.Enum("stated", "inferred", "not_stated", name="refused_on_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(granted_on_basis = 'not_stated') = (COALESCE(granted_on_edtf, '') = '')",
            name=op.f("ck_handover_granted_on_stated_when_written"),
        ),
        sa.CheckConstraint(
            "(refused_on_basis = 'not_stated') = (COALESCE(refused_on_edtf, '') = '')",
            name=op.f("ck_handover_refused_on_stated_when_written"),
        ),
        sa.CheckConstraint(
            "(requested_on_basis = 'not_stated') = (COALESCE(requested_on_edtf, '') = '')",
            name=op.f("ck_handover_requested_on_stated_when_written"),
        ),
        sa.CheckConstraint(
            "granted_on_lo IS NULL OR granted_on_hi IS NULL OR granted_on_lo <= granted_on_hi",
            name=op.f("ck_handover_granted_on_bounds_in_order"),
        ),
        sa.CheckConstraint(
            "refused_on_lo IS NULL OR refused_on_hi IS NULL OR refused_on_lo <= refused_on_hi",
            name=op.f("ck_handover_refused_on_bounds_in_order"),
        ),
        sa.CheckConstraint(
            "requested_on_lo IS NULL OR requested_on_hi IS NULL OR requested_on_lo <= requested_on_hi",
            name=op.f("ck_handover_requested_on_bounds_in_order"),
        ),
        sa.ForeignKeyConstraint(["basis_agreement_id"], ["agreement.record_id"], name=op.f("fk_handover_basis_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["legal_basis"], ["vocab_term.id"], name=op.f("fk_handover_legal_basis_vocab_term")),
        sa.ForeignKeyConstraint(["notice"], ["vocab_term.id"], name=op.f("fk_handover_notice_vocab_term")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_handover_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_handover")),
    )


def downgrade() -> None:
    op.drop_table("handover")
    with op.batch_alter_table("agreement_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_action_agreement_id"))

    op.drop_table("agreement_action")
    op.drop_table("training")
    op.drop_table("operation")
    op.drop_table("agreement")
