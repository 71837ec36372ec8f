from django.apps import AppConfig


class FactoriesConfig(AppConfig):
    name = "factories"

    def ready(self) -> None:
        from portal.checks import allow_unscoped

        allow_unscoped("factories.factorytype", "reference data, the same for every reader")

        from factories.reference import load_factory_types
        from portal.reference import register_loader

        register_loader("factories.types", load_factory_types)
