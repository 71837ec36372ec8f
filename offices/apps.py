from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "offices"

    def ready(self) -> None:
        from portal.checks import allow_unscoped

        reference = "reference data, the same for every reader"
        for name in ("province", "district", "inspectionzone", "zoneprovince", "casetype", "casestate"):
            allow_unscoped(f"offices.{name}", reference)
        directory = "the service's directory: who sits where is no secret inside it; pages filter by scope"
        for name in (
            "office",
            "group",
            "inspectiongroup",
            "inspectiongroupzone",
            "person",
            "appointmentorder",
            "assignment",
        ):
            allow_unscoped(f"offices.{name}", directory)

        from offices.selectors import actors
        from portal.actors import register_resolver
        from portal.places import register_places

        register_resolver(actors.resolve)
        register_places(actors.places)
