"""The statements that move a generation and its unit of quota, each one atomic by itself.

`reliability-and-security.md` 2.1 and 2.2 in SQL: a unit is reserved together with the pending row,
and given back together with the change that ends the row without a result.
"""

from sqlalchemy import Boolean, Integer, Numeric, SmallInteger, String, Text, Uuid, text
from sqlalchemy import bindparam as parameter
from sqlalchemy.dialects.postgresql import JSONB

from database.hot import HotStatement

_EXPIRED = (
    "(u.quota_window_started_at is null"
    " or u.quota_window_started_at <= now() - make_interval(mins => :window_minutes))"
)

# No row: no such user. `quota_state` null: no unit left, or the project is not the user's.
RESERVE = HotStatement(
    text(f"""
with account as (
    select id, is_premium, quota_window_started_at from users where id = :user_id
), target as (
    select 1 from account where cast(:project_id as uuid) is null
        or exists (select 1 from projects where id = :project_id and user_id = :user_id)
), reserved as (
    update users u set
        generations_remaining = case when {_EXPIRED}
            then greatest(u.generations_remaining, :unit_limit)
            else u.generations_remaining end - 1,
        quota_window_started_at = case
            when {_EXPIRED} or u.generations_remaining >= :unit_limit then now()
            else u.quota_window_started_at end
    where u.id = :user_id and not u.is_premium and exists (select 1 from target)
        and (u.generations_remaining > 0 or ({_EXPIRED} and :unit_limit > 0))
    returning u.generations_remaining, u.quota_window_started_at
), admitted as (
    select 'held' as quota_state, generations_remaining, quota_window_started_at from reserved
    union all
    select 'free', null, null from account where is_premium and exists (select 1 from target)
), project as (
    insert into projects (id, user_id, name, description, industry, status)
    select :new_project_id, :user_id, :project_name, :description, :industry, 'draft'
    from admitted where cast(:project_id as uuid) is null
), generation as (
    insert into generations (id, project_id, user_id, generation_type, input_data, status,
        quota_state, quota_window_started_at, lease_owner, lease_until)
    select :generation_id, coalesce(cast(:project_id as uuid), :new_project_id), :user_id,
        :generation_type, :input_data, 'pending', quota_state, quota_window_started_at,
        :lease_owner, now() + make_interval(secs => :lease_seconds)
    from admitted
), event as (
    insert into generation_events (generation_id, seq, type)
    select :generation_id, 1, 'job.accepted' from admitted
)
select exists (select 1 from target) as project_found, a.quota_state, a.generations_remaining,
    extract(epoch from coalesce(a.quota_window_started_at, account.quota_window_started_at)
        + make_interval(mins => :window_minutes) - now())::int as window_ends_in
from account left join admitted a on true
""").bindparams(
        parameter("user_id", type_=Uuid()),
        parameter("project_id", type_=Uuid()),
        parameter("new_project_id", type_=Uuid()),
        parameter("project_name", type_=String()),
        parameter("description", type_=Text()),
        parameter("industry", type_=String()),
        parameter("generation_id", type_=Uuid()),
        parameter("generation_type", type_=String()),
        parameter("input_data", type_=JSONB()),
        parameter("unit_limit", type_=Integer()),
        parameter("window_minutes", type_=Integer()),
        parameter("lease_owner", type_=String()),
        parameter("lease_seconds", type_=Integer()),
    )
)

CLAIM = HotStatement(
    text("""
update generations set status = 'running', attempt = attempt + 1, started_at = now(),
    lease_owner = :lease_owner, lease_until = now() + make_interval(secs => :lease_seconds)
where id = :generation_id and status = 'pending'
returning attempt
""").bindparams(
        parameter("generation_id", type_=Uuid()),
        parameter("lease_owner", type_=String()),
        parameter("lease_seconds", type_=Integer()),
    )
)

RENEW = HotStatement(
    text("""
update generations set lease_until = now() + make_interval(secs => :lease_seconds)
where id = :generation_id and status = 'running' and attempt = :attempt
returning id
""").bindparams(
        parameter("generation_id", type_=Uuid()),
        parameter("attempt", type_=SmallInteger()),
        parameter("lease_seconds", type_=Integer()),
    )
)

RECORD_EVENT = HotStatement(
    text("""
insert into generation_events (generation_id, seq, type, payload)
select :generation_id, 1 + max(seq), :event_type, :payload
from generation_events where generation_id = :generation_id
having max(seq) is not null
on conflict do nothing
returning seq
""").bindparams(
        parameter("generation_id", type_=Uuid()),
        parameter("event_type", type_=String()),
        parameter("payload", type_=JSONB()),
    )
)

_GIVE_BACK = """
    update users u set generations_remaining = u.generations_remaining + returned.units
    from (
        select user_id, quota_window_started_at, count(*)::int as units
        from ended where quota_state = 'refunded' group by user_id, quota_window_started_at
    ) returned
    where u.id = returned.user_id
        and u.quota_window_started_at = returned.quota_window_started_at
"""

_LAST_EVENT = """
    insert into generation_events (generation_id, seq, type)
    select e.id, 1 + (select max(seq) from generation_events v where v.generation_id = e.id),
        'job.' || e.status
    from ended e
    on conflict do nothing
"""

# Fenced by the attempt: a runner that lost its lease changes nothing.
FINISH = text(f"""
with ended as (
    update generations set status = 'success', output_data = :output_data, finished_at = now(),
        models_used = :models_used, cost_usd = :cost_usd, warnings = :warnings,
        lease_owner = null, lease_until = null,
        quota_state = case when quota_state <> 'held' then quota_state
            when :refund then 'refunded' else 'spent' end
    where id = :generation_id and status = 'running' and attempt = :attempt
    returning id, user_id, status, quota_state, quota_window_started_at
), given_back as ({_GIVE_BACK}), event as ({_LAST_EVENT})
select id from ended
""").bindparams(
    parameter("generation_id", type_=Uuid()),
    parameter("attempt", type_=SmallInteger()),
    parameter("output_data", type_=JSONB()),
    parameter("models_used", type_=JSONB()),
    parameter("warnings", type_=JSONB()),
    parameter("cost_usd", type_=Numeric(12, 6)),
    parameter("refund", type_=Boolean()),
)

# Ends an unfinished generation without a result; `user_id` limits it to an owner when given.
ABANDON = HotStatement(
    text(f"""
with ended as (
    update generations set status = :status, error_message = :error_message, finished_at = now(),
        lease_owner = null, lease_until = null,
        quota_state = case when quota_state = 'held' then 'refunded' else quota_state end
    where id = :generation_id and status in ('pending', 'running')
        and (cast(:user_id as uuid) is null or user_id = :user_id)
    returning id, user_id, status, quota_state, quota_window_started_at
), given_back as ({_GIVE_BACK}), event as ({_LAST_EVENT})
select id from ended
""").bindparams(
        parameter("generation_id", type_=Uuid()),
        parameter("user_id", type_=Uuid()),
        parameter("status", type_=String()),
        parameter("error_message", type_=Text()),
    )
)

REAP = HotStatement(
    text(f"""
with dead as (
    select id from generations
    where status in ('pending', 'running') and lease_until < now()
    order by lease_until limit 100 for update skip locked
), ended as (
    update generations g set status = 'failed', finished_at = now(), lease_owner = null,
        lease_until = null, error_message = 'The process that worked on this stopped.',
        quota_state = case when quota_state = 'held' then 'refunded' else quota_state end
    from dead where g.id = dead.id
    returning g.id, g.user_id, g.status, g.quota_state, g.quota_window_started_at
), given_back as ({_GIVE_BACK}), event as ({_LAST_EVENT})
select id from ended
""")
)
