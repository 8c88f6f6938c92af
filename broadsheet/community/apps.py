from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "broadsheet.community"
    label = "community"

    def ready(self) -> None:
        from broadsheet.community import shelves  # noqa: F401  its tables are found by importing it
