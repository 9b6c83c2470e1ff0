"""The models of a small shop, as they stand at the newest revision."""

import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

Base = declarative_base()

order_status = sa.Enum("open", "paid", "shipped", name="order_status")


class Customer(Base):
    """Somebody who buys."""

    __tablename__ = "customers"

    id = sa.Column(sa.Integer, primary_key=True)
    email = sa.Column(sa.String(254), nullable=False, unique=True)
    name = sa.Column(sa.Text, nullable=False)


class Product(Base):
    """Something that is sold."""

    __tablename__ = "products"
    __table_args__ = (sa.CheckConstraint("price >= 0", name="products_price_check"),)

    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column(sa.Text, nullable=False)
    price = sa.Column(sa.Numeric(10, 2), nullable=False)


class Order(Base):
    """What a customer ordered."""

    __tablename__ = "orders"
    __table_args__ = (sa.Index("ix_orders_placed_at", "placed_at"),)

    id = sa.Column(sa.Integer, primary_key=True)
    customer_id = sa.Column(sa.ForeignKey("customers.id"), nullable=False, index=True)
    placed_at = sa.Column(sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
    status = sa.Column(order_status, nullable=False, server_default="open")


class OrderLine(Base):
    """One product of an order."""

    __tablename__ = "order_lines"

    order_id = sa.Column(sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    product_id = sa.Column(sa.ForeignKey("products.id"), primary_key=True)
    quantity = sa.Column(sa.Integer, nullable=False, server_default="1")
