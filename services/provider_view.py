"""How the providers do, for operators: as an answer and as metrics."""

from core.ai_manager import AIManager
from core.failover_manager import FailoverManager
from core.provider_stats import ProviderStats
from services.domain_service import DomainService
from utils.metrics import show_provider

ProvidersView = dict[str, dict[str, ProviderStats]]


class ProviderView:
    """The statistics of all managers by what they make."""

    def __init__(
        self, ai_manager: AIManager, failover_manager: FailoverManager, domains: DomainService
    ) -> None:
        self._managers: dict[str, AIManager | FailoverManager | DomainService] = {
            "text": ai_manager,
            "images": failover_manager,
            "domains": domains,
        }

    def get(self) -> ProvidersView:
        """Every provider's record in this process, in order of preference."""
        return {task: manager.get_stats() for task, manager in self._managers.items()}

    def show(self) -> None:
        """Bring the metrics up to date."""
        for task, providers in self.get().items():
            for provider, stats in providers.items():
                for model, record in stats["models"].items():
                    show_provider(
                        (task, provider, model),
                        is_open=record["breaker"] == "open",
                        openings=record["openings"],
                        retries=record["retries"],
                        cost_usd=float(record["cost_usd"]),
                    )
