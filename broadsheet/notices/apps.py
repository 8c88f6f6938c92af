from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "broadsheet.notices"
    label = "notices"
