"""What runs again and again."""

SCHEDULE = {
    "give back the units of dead processes": {"task": "generations.reap", "schedule": 15.0},
    "forget expired logins": {"task": "logins.forget_expired", "schedule": 3600.0},
}
