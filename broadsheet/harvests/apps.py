from django.apps import AppConfig


class HarvestsConfig(AppConfig):
    name = "broadsheet.harvests"
    label = "harvests"

    def ready(self) -> None:
        from broadsheet.harvests import checks, findings, operating  # noqa: F401  found so
