from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "broadsheet.contributions"
    label = "contributions"
