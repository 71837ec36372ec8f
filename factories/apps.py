from django.apps import AppConfig


class FactoriesConfig(AppConfig):
    name = "factories"

    def ready(self) -> None:
        from portal.checks import allow_unscoped

        allow_unscoped("factories.factorytype", "reference data, the same for every reader")
