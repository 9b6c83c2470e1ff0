"""Both branches together."""

revision = "0006"
down_revision = ("005a", "005b")


def upgrade():
    pass


def downgrade():
    pass
