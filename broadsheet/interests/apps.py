from django.apps import AppConfig


class InterestsConfig(AppConfig):
    name = "broadsheet.interests"
    label = "interests"
