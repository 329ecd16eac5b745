"""What Celery's beat sends, and how often: a run is made once an interval, whoever asks for it.

A message that no worker has taken within its interval is stale: the next one says the same.
"""

from services.schedule import INTERVALS

TASK = "schedule.run"

SCHEDULE = {
    name: {"task": TASK, "schedule": seconds, "args": (name,), "options": {"expires": seconds}}
    for name, seconds in INTERVALS.items()
}
