"""Output formats: one file each; base.render alone opens and closes files."""
