from django.apps import AppConfig


class HarvestsConfig(AppConfig):
    name = "broadsheet.harvests"
    label = "harvests"
