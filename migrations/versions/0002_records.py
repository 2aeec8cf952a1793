"""Records with sources and evidence

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference_counter",
        sa.Column("prefix", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_reference_counter")),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_original", sa.String(length=300), nullable=False),
        sa.Column("original_lang", sa.String(length=10), nullable=False),
        sa.Column("summary", sa.String(length=10000), nullable=False),
        sa.Column("is_group_entry", sa.Boolean(), nullable=False),
        sa.Column("start_edtf", sa.String(length=60), nullable=False),
        sa.Column("start_lo", sa.Date(), nullable=True),
        sa.Column("start_hi", sa.Date(), nullable=True),
        sa.Column(
            "start_basis",
            sa.Enum("stated", "inferred", "not_stated", name="start_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("end_edtf", sa.String(length=60), nullable=False),
        sa.Column("end_lo", sa.Date(), nullable=True),
        sa.Column("end_hi", sa.Date(), nullable=True),
        sa.Column(
            "end_basis",
            sa.Enum("stated", "inferred", "not_stated", name="end_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("planned_start_edtf", sa.String(length=60), nullable=False),
        sa.Column("planned_start_lo", sa.Date(), nullable=True),
        sa.Column("planned_start_hi", sa.Date(), nullable=True),
        sa.Column(
            "planned_start_basis",
            sa.Enum("stated", "inferred", "not_stated", name="planned_start_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("planned_end_edtf", sa.String(length=60), nullable=False),
        sa.Column("planned_end_lo", sa.Date(), nullable=True),
        sa.Column("planned_end_hi", sa.Date(), nullable=True),
        sa.Column(
            "planned_end_basis",
            sa.Enum("stated", "inferred", "not_stated", name="planned_end_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column(
            "parties_basis",
            sa.Enum("stated", "not_stated", name="parties_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("parties_complete", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "ongoing",
                "completed",
                "suspended",
                "cancelled",
                "unknown",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "review_state",
            sa.Enum(
                "draft",
                "submitted",
                "verified",
                "returned",
                "retired",
                name="review_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("marking", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restricted_reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(end_basis = 'not_stated') = (COALESCE(end_edtf, '') = '')", name=op.f("ck_record_end_stated_when_written")),
        sa.CheckConstraint(
            "(planned_end_basis = 'not_stated') = (COALESCE(planned_end_edtf, '') = '')",
            name=op.f("ck_record_planned_end_stated_when_written"),
        ),
        sa.CheckConstraint(
            "(planned_start_basis = 'not_stated') = (COALESCE(planned_start_edtf, '') = '')",
            name=op.f("ck_record_planned_start_stated_when_written"),
        ),
        sa.CheckConstraint(
            "(start_basis = 'not_stated') = (COALESCE(start_edtf, '') = '')", name=op.f("ck_record_start_stated_when_written")
        ),
        sa.CheckConstraint("review_state = 'draft' OR title <> ''", name=op.f("ck_record_title_unless_draft")),
        sa.CheckConstraint("end_lo IS NULL OR end_hi IS NULL OR end_lo <= end_hi", name=op.f("ck_record_end_bounds_in_order")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_record_not_its_own_parent")),
        sa.CheckConstraint(
            "planned_end_lo IS NULL OR planned_end_hi IS NULL OR planned_end_lo <= planned_end_hi",
            name=op.f("ck_record_planned_end_bounds_in_order"),
        ),
        sa.CheckConstraint(
            "planned_start_lo IS NULL OR planned_start_hi IS NULL OR planned_start_lo <= planned_start_hi",
            name=op.f("ck_record_planned_start_bounds_in_order"),
        ),
        sa.CheckConstraint("start_lo IS NULL OR end_hi IS NULL OR start_lo <= end_hi", name=op.f("ck_record_ends_after_start")),
        sa.CheckConstraint("start_lo IS NULL OR start_hi IS NULL OR start_lo <= start_hi", name=op.f("ck_record_start_bounds_in_order")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_record_version_positive")),
        sa.ForeignKeyConstraint(["marking"], ["vocab_term.id"], name=op.f("fk_record_marking_vocab_term")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["record.id"], name=op.f("fk_record_merged_into_id_record")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_record_owner_id_user_account")),
        sa.ForeignKeyConstraint(["parent_id"], ["record.id"], name=op.f("fk_record_parent_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("ref", name=op.f("uq_record_ref")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_review_state"), ["review_state"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_start_lo"), ["start_lo"], unique=False)

    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=True),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("published_edtf", sa.String(length=60), nullable=False),
        sa.Column("published_lo", sa.Date(), nullable=True),
        sa.Column("published_hi", sa.Date(), nullable=True),
        sa.Column(
            "published_basis",
            sa.Enum("stated", "inferred", "not_stated", name="published_basis", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("lang", sa.String(length=10), nullable=False),
        sa.Column("is_translation", sa.Boolean(), nullable=False),
        sa.Column("reliability", sa.String(length=80), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(published_basis = 'not_stated') = (COALESCE(published_edtf, '') = '')", name=op.f("ck_source_published_stated_when_written")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_source_title_given")),
        sa.CheckConstraint(
            "published_lo IS NULL OR published_hi IS NULL OR published_lo <= published_hi", name=op.f("ck_source_published_bounds_in_order")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_source_created_by_id_user_account")),
        sa.ForeignKeyConstraint(["kind"], ["vocab_term.id"], name=op.f("fk_source_kind_vocab_term")),
        sa.ForeignKeyConstraint(["reliability"], ["vocab_term.id"], name=op.f("fk_source_reliability_vocab_term")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("ref", name=op.f("uq_source_ref")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_field", sa.String(length=40), nullable=False),
        sa.Column("quote_exact", sa.String(length=2000), nullable=False),
        sa.Column("quote_prefix", sa.String(length=200), nullable=False),
        sa.Column("quote_suffix", sa.String(length=200), nullable=False),
        sa.Column("pos_start", sa.Integer(), nullable=True),
        sa.Column("pos_end", sa.Integer(), nullable=True),
        sa.Column("locator", sa.String(length=60), nullable=False),
        sa.Column("credibility", sa.String(length=80), nullable=True),
        sa.Column("coded_by_id", sa.Integer(), nullable=False),
        sa.Column("coded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["coded_by_id"], ["user_account.id"], name=op.f("fk_evidence_coded_by_id_user_account")),
        sa.ForeignKeyConstraint(["credibility"], ["vocab_term.id"], name=op.f("fk_evidence_credibility_vocab_term")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_evidence_record_id_record")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_evidence_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("record_id", "no", name=op.f("uq_evidence_record_id_no")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_source_id"), ["source_id"], unique=False)

    op.create_table(
        "record_alias",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("lang", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_alias_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", "name", name=op.f("pk_record_alias")),
    )
    op.create_table(
        "record_crime",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_crime_record_id_record")),
        sa.ForeignKeyConstraint(["term"], ["vocab_term.id"], name=op.f("fk_record_crime_term_vocab_term")),
        sa.PrimaryKeyConstraint("record_id", "term", name=op.f("pk_record_crime")),
    )
    with op.batch_alter_table("record_crime", schema=None) as batch_op:
        batch_op.create_index(
            "uq_record_crime_one_primary",
            ["record_id"],
            unique=True,
            sqlite_where=sa.text("is_primary"),
            postgresql_where=sa.text("is_primary"),
        )

    op.create_table(
        "record_identifier",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_identifier_record_id_record")),
        sa.ForeignKeyConstraint(["scheme"], ["vocab_term.id"], name=op.f("fk_record_identifier_scheme_vocab_term")),
        sa.PrimaryKeyConstraint("record_id", "scheme", "value", name=op.f("pk_record_identifier")),
        sa.UniqueConstraint("scheme", "value", name=op.f("uq_record_identifier_scheme_value")),
    )
    op.create_table(
        "record_link",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_record_link_not_to_itself")),
        sa.ForeignKeyConstraint(["from_id"], ["record.id"], name=op.f("fk_record_link_from_id_record")),
        sa.ForeignKeyConstraint(["to_id"], ["record.id"], name=op.f("fk_record_link_to_id_record")),
        sa.ForeignKeyConstraint(["type"], ["vocab_term.id"], name=op.f("fk_record_link_type_vocab_term")),
        sa.PrimaryKeyConstraint("from_id", "to_id", "type", name=op.f("pk_record_link")),
    )
    with op.batch_alter_table("record_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_link_to_id"), ["to_id"], unique=False)

    op.create_table(
        "record_party",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("counts_as_partner", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_record_party_party_id_party")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_party_record_id_record")),
        sa.ForeignKeyConstraint(["role"], ["vocab_term.id"], name=op.f("fk_record_party_role_vocab_term")),
        sa.PrimaryKeyConstraint("record_id", "party_id", "role", name=op.f("pk_record_party")),
    )
    with op.batch_alter_table("record_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_party_party_id"), ["party_id"], unique=False)

    op.create_table(
        "record_version",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "review_state",
            sa.Enum(
                "draft",
                "submitted",
                "verified",
                "returned",
                "retired",
                name="review_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("form_token", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_record_version_by_id_user_account")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_version_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", "version", name=op.f("pk_record_version")),
        sa.UniqueConstraint("form_token", name=op.f("uq_record_version_form_token")),
    )


def downgrade() -> None:
    op.drop_table("record_version")
    with op.batch_alter_table("record_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_party_party_id"))

    op.drop_table("record_party")
    with op.batch_alter_table("record_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_link_to_id"))

    op.drop_table("record_link")
    op.drop_table("record_identifier")
    with op.batch_alter_table("record_crime", schema=None) as batch_op:
        batch_op.drop_index("uq_record_crime_one_primary", sqlite_where=sa.text("is_primary"), postgresql_where=sa.text("is_primary"))

    op.drop_table("record_crime")
    op.drop_table("record_alias")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_source_id"))

    op.drop_table("evidence")
    op.drop_table("source")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_start_lo"))
        batch_op.drop_index(batch_op.f("ix_record_review_state"))
        batch_op.drop_index(batch_op.f("ix_record_parent_id"))
        batch_op.drop_index(batch_op.f("ix_record_owner_id"))
        batch_op.drop_index(batch_op.f("ix_record_kind"))

    op.drop_table("record")
    op.drop_table("reference_counter")
