from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    name = "broadsheet.integrity"
    label = "integrity"
