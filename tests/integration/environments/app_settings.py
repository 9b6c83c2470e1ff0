"""The settings of an application, as many have them: the production database, hard-coded."""

HOST, PORT, USER, PASSWORD, NAME = "127.0.0.1", "PRODUCTION_PORT", "app", "secret", "prod"


def url(driver):
    return f"postgresql+{driver}://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}"
