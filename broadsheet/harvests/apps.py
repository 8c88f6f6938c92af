from django.apps import AppConfig


class HarvestsConfig(AppConfig):
    name = "broadsheet.harvests"
    label = "harvests"

    def ready(self) -> None:
        from broadsheet.harvests import checks, findings  # noqa: F401  found by importing them
