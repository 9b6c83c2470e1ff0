"""States of databases that are kept from run to run, for a part of a history to begin with."""
