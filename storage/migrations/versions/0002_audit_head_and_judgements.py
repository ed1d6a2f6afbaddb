"""The head of the audit trail under a seal of its own; what clinicians made of cases."""

import sqlalchemy as sa
from alembic import op

from storage.database import vault_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", COUNTER, autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    _seal_what_is_there(head)
    op.create_table(
        "judgement",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_judgement_case_id_case_file")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_judgement_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    op.create_index(op.f("ix_judgement_case_id"), "judgement", ["case_id"])


def _seal_what_is_there(head: sa.Table) -> None:
    """The trail of an earlier version is taken as it is; from here on its end is watched."""
    c = op.get_bind()
    last = c.execute(sa.text("SELECT id, chain FROM audit_record ORDER BY id DESC LIMIT 1")).first()
    if last is not None:
        seal = vault_of(c).chain("head", str(last.id), last.chain)
        c.execute(sa.insert(head).values(id=1, number=last.id, seal=seal))


def downgrade() -> None:
    op.drop_table("judgement")
    op.drop_table("audit_head")
