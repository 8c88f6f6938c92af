from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "broadsheet.web"
    label = "web"

    def ready(self) -> None:
        from broadsheet.web import source_administration  # noqa: F401  registers what it shows
