"""Sign-in: idle time-out, second factors, passkeys, single sign-on, invitations, limits

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ENDED = ("signed_out", "idle", "expired", "revoked", "disabled", "password", "second_factor", "renewed")
METHODS = ("password", "passkey", "single_sign_on")


def checked(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    # Columns one by one, not in a batch: SQLite would make the table anew, and every record refers to it.
    op.add_column("user_account", sa.Column("email", sa.String(length=254), nullable=False, server_default=""))
    op.add_column("user_account", sa.Column("language", sa.String(length=5), nullable=False, server_default=""))
    op.add_column("user_account", sa.Column("last_sign_in_at", MOMENT, nullable=True))
    op.add_column("user_account", sa.Column("password_changed_at", MOMENT, nullable=True))
    op.add_column("user_account", sa.Column("totp_secret", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("user_account", sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("user_account", sa.Column("sso_issuer", sa.String(length=200), nullable=True))
    op.add_column("user_account", sa.Column("sso_subject", sa.String(length=255), nullable=True))
    op.create_index("ix_user_account_sso", "user_account", ["sso_issuer", "sso_subject"], unique=True)
    op.execute("UPDATE user_account SET last_sign_in_at = (SELECT max(started_at) FROM sign_in_session WHERE user_id = user_account.id)")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("end_reason", checked("end_reason", *ENDED), nullable=True))
        batch_op.add_column(sa.Column("last_seen_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("method", checked("method", *METHODS), nullable=False, server_default="password"))
        batch_op.add_column(sa.Column("is_strong", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("awaits_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("address", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("browser", sa.String(length=200), nullable=False, server_default=""))
    # Sign-ins from before were ended by signing out only; those still open go on as if seen at this moment.
    op.execute("UPDATE sign_in_session SET end_reason = 'signed_out' WHERE ended_at IS NOT NULL")
    op.execute("UPDATE sign_in_session SET last_seen_at = CURRENT_TIMESTAMP, confirmed_at = started_at")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.alter_column("last_seen_at", existing_type=MOMENT, nullable=False)
        batch_op.alter_column("confirmed_at", existing_type=MOMENT, nullable=False)
    _tables()


def _tables() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_passkey_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge", sa.String(length=128), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_passkey_challenge")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", checked("kind", "invite", "reset"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_invitation_user_id_user_account")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_invitation_by_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_scope_key", "attempt", ["scope", "key", "at"], unique=False)
    op.create_index(op.f("ix_attempt_at"), "attempt", ["at"], unique=False)
    op.create_index(op.f("ix_passkey_challenge_expires_at"), "passkey_challenge", ["expires_at"], unique=False)
    for table in ("recovery_code", "passkey", "invitation"):
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"], unique=False)


def downgrade() -> None:
    for table in ("attempt", "invitation", "passkey_challenge", "passkey", "recovery_code"):
        op.drop_table(table)
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_sign_in_session_end_reason"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_sign_in_session_method"), type_="check")
        for column in ("browser", "address", "awaits_factor", "is_strong", "method", "confirmed_at", "last_seen_at", "end_reason"):
            batch_op.drop_column(column)
    op.drop_index("ix_user_account_sso", table_name="user_account")
    for column in ("sso_subject", "sso_issuer", "totp_step", "totp_secret", "password_changed_at", "last_sign_in_at", "language", "email"):
        op.drop_column("user_account", column)
