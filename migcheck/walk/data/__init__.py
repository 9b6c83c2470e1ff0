"""The walk with rows: what a history does to data, and which rows break it."""
