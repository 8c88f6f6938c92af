from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "broadsheet.papers"
    label = "papers"

    def ready(self) -> None:
        from broadsheet.papers import works  # noqa: F401  its tables are found by importing it
