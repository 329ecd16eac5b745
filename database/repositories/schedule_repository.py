"""When scheduled jobs began last."""

from sqlalchemy import Double, String, bindparam, text

from database.hot import HotStatement
from database.job_models import ScheduleRun
from database.repositories.base_repository import BaseRepository

_CLAIM = HotStatement(
    text("""
insert into schedule_runs (name, started_at) values (:name, now())
on conflict (name) do update set started_at = now()
where schedule_runs.started_at <= now() - make_interval(secs => :seconds)
returning name
""").bindparams(bindparam("name", type_=String()), bindparam("seconds", type_=Double()))
)


class ScheduleRepository(BaseRepository[ScheduleRun]):
    """Reads and writes the record of scheduled jobs."""

    model = ScheduleRun

    async def claim(self, name: str, seconds: float) -> bool:
        """Whether the caller may run the job: nobody did so in the last `seconds`."""
        values = {"name": name, "seconds": seconds}
        return bool(await self._database.fetch(_CLAIM, values, retry=False))
