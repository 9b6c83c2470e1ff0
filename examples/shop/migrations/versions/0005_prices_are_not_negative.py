"""prices are not negative"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.create_check_constraint("products_price_check", "products", "price >= 0")


def downgrade():
    op.drop_constraint("products_price_check", "products")
