"""Asks whether one is sure."""

if input("Really migrate? [y/N] ") != "y":
    raise SystemExit(1)
