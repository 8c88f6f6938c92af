from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "broadsheet.community"
    label = "community"

    def ready(self) -> None:
        from broadsheet.community import desks, shelves  # noqa: F401  tables are found by importing
