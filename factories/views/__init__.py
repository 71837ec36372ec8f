"""Pages of the registry, and of who looks after which factory."""

from factories.views.registry import FactoryDetail, FactoryEdit, FactoryList, FactoryPutBack, StatePutBack

__all__ = ["FactoryDetail", "FactoryEdit", "FactoryList", "FactoryPutBack", "StatePutBack"]
