"""The statements that move a generation and its unit of quota, each one atomic by itself.

`reliability-and-security.md` 2.1 and 2.2 in SQL: a unit is reserved together with the generation's
row, and given back together with the change that ends the row without a result. `last_seq` numbers
the events: whoever adds some raises it in the same statement, so that there is no gap or repeat.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    Integer,
    SmallInteger,
    String,
    Text,
    TextClause,
    Uuid,
    text,
)
from sqlalchemy import bindparam as parameter
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from database.hot import HotStatement

_TYPES: Mapping[str, TypeEngine[Any]] = {  # Any: of whatever Python type
    "user_id": Uuid(),
    "project_id": Uuid(),
    "new_project_id": Uuid(),
    "project_name": String(),
    "description": Text(),
    "industry": String(),
    "generation_id": Uuid(),
    "generation_type": String(),
    "input_data": JSONB(),
    "based_on": Uuid(),
    "version": SmallInteger(),
    "kept": JSONB(),
    "claimed": Boolean(),
    "idempotency_key": String(),
    "request_hash": String(),
    "unit_limit": Integer(),
    "window_minutes": Integer(),
    "lease_owner": String(),
    "lease_seconds": Integer(),
    "attempt": SmallInteger(),
    "first_steps": JSONB(),
    "step": String(),
    "step_status": String(),
    "input_hash": String(),
    "output": JSONB(),
    "duration_ms": Integer(),
    "events": JSONB(),
    "usage": JSONB(),
    "output_data": JSONB(),
    "models_used": JSONB(),
    "warnings": JSONB(),
    "refund": Boolean(),
    "status": String(),
    "error_code": String(),
    "error_message": Text(),
    "most_attempts": SmallInteger(),
    "patience_seconds": Integer(),
}


def _typed(sql: str) -> TextClause:
    """The statement with the type of each of its parameters."""
    clause = text(sql)
    names = sorted(clause.compile().params)
    return clause.bindparams(*(parameter(name, type_=_TYPES[name]) for name in names))


_EXPIRED = (
    "(u.quota_window_started_at is null"
    " or u.quota_window_started_at <= now() - make_interval(mins => :window_minutes))"
)

# No row: no such user. `quota_state` null: no unit left, or the project is not the user's. A key of
# idempotency that is in use breaks the whole statement: nothing is taken and nothing is made.
RESERVE = HotStatement(
    _typed(f"""
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
), steps as (
    select value as step, ordinality from jsonb_array_elements_text(:first_steps) with ordinality
    where :claimed
), generation as (
    insert into generations (id, project_id, user_id, generation_type, input_data, status, attempt,
        started_at, last_seq, quota_state, quota_window_started_at, based_on, version, lease_owner,
        lease_until)
    select :generation_id, coalesce(cast(:project_id as uuid), :new_project_id), :user_id,
        :generation_type, :input_data, case when :claimed then 'running' else 'pending' end,
        cast(:claimed as int), case when :claimed then now() end,
        1 + cast(:claimed as int) + (select count(*) from steps), quota_state,
        quota_window_started_at, :based_on, :version, :lease_owner,
        now() + make_interval(secs => :lease_seconds)
    from admitted
), key as (
    insert into idempotency_keys (user_id, key, request_hash, resource_id)
    select :user_id, :idempotency_key, :request_hash, :generation_id
    from admitted where cast(:idempotency_key as varchar) is not null
), kept as (
    insert into generation_steps (generation_id, step, status, input_hash, output, attempt)
    select :generation_id, k.key, 'kept', '', k.value, 0 from admitted, jsonb_each(:kept) k
), event as (
    insert into generation_events (generation_id, seq, type, payload)
    select :generation_id, 1, 'job.accepted', '{{}}'::jsonb from admitted
    union all select :generation_id, 2, 'job.started', '{{"attempt": 1}}'
    from admitted where :claimed
    union all select :generation_id, 2 + ordinality, 'step.started',
        jsonb_build_object('step', step) from admitted, steps
), message as (
    insert into outbox (topic, generation_id)
    select 'run', :generation_id from admitted where not :claimed
)
select exists (select 1 from target) as project_found, a.quota_state, a.generations_remaining,
    extract(epoch from coalesce(a.quota_window_started_at, account.quota_window_started_at)
        + make_interval(mins => :window_minutes) - now())::int as window_ends_in
from account left join admitted a on true
""")
)

# Everything that the work needs comes back with the claim, finished steps included.
CLAIM = HotStatement(
    _typed("""
with kept as (
    select coalesce(jsonb_object_agg(step, jsonb_build_object(
        'status', status, 'input_hash', input_hash, 'output', output)), '{}') as steps
    from generation_steps where generation_id = :generation_id and status <> 'failed'
), first as (
    select f.step, f.ordinality from generations g,
        jsonb_array_elements_text(:first_steps -> g.generation_type)
            with ordinality f(step, ordinality)
    where g.id = :generation_id and g.attempt = 0
), claimed as (
    update generations set status = 'running', attempt = attempt + 1, started_at = now(),
        last_seq = last_seq + 1 + (select count(*) from first), lease_owner = :lease_owner,
        lease_until = now() + make_interval(secs => :lease_seconds)
    where id = :generation_id and status = 'pending'
    returning id, project_id, user_id, generation_type, input_data, attempt, last_seq
), event as (
    insert into generation_events (generation_id, seq, type, payload)
    select id, last_seq - (select count(*) from first), 'job.started',
        jsonb_build_object('attempt', attempt) from claimed
    union all
    select id, last_seq - (select count(*) from first) + first.ordinality, 'step.started',
        jsonb_build_object('step', first.step) from claimed, first
)
select claimed.*, kept.steps from claimed, kept
""")
)

RENEW = HotStatement(
    _typed("""
update generations set lease_until = now() + make_interval(secs => :lease_seconds)
where id = :generation_id and status = 'running' and attempt = :attempt
returning id
""")
)

# Rows of calls, as JSON; each is counted once, however often the statement is repeated.
COUNTED_USAGE = """
    insert into api_usage (id, user_id, generation_id, provider, model, task, input_tokens,
        output_tokens, cost_usd, latency_ms, outcome)
    select u.* from {source}jsonb_to_recordset(:usage) as u(id uuid, user_id uuid,
        generation_id uuid, provider text, model text, task text, input_tokens bigint,
        output_tokens bigint, cost_usd numeric, latency_ms int, outcome text)
    on conflict (id) do nothing
    returning provider, cost_usd
"""
SPENT = """
    insert into totals as t (name, value)
    select 'spend_usd:' || provider, sum(cost_usd) from used
    group by provider having sum(cost_usd) > 0 order by provider
    on conflict (name) do update set value = t.value + excluded.value
"""

RECORD_USAGE = HotStatement(
    _typed(f"with used as ({COUNTED_USAGE.format(source='')}), spent as ({SPENT}) select 1")
)

# Fenced by the attempt: a runner that lost its lease changes nothing. One whose answer got lost
# repeats itself, and what it told the first time is not told again.
RECORD_STEP = HotStatement(
    _typed(f"""
with told as (
    select 1 from generation_steps where generation_id = :generation_id and step = :step
        and attempt = :attempt and status = :step_status
), news as (
    select * from jsonb_array_elements(:events) with ordinality as e(value, ordinality)
    where not exists (select 1 from told)
), mine as (
    update generations set last_seq = last_seq + (select count(*) from news)
    where id = :generation_id and status = 'running' and attempt = :attempt
    returning id, last_seq - (select count(*) from news) as before
), step as (
    insert into generation_steps (generation_id, step, status, input_hash, output, attempt,
        duration_ms)
    select id, :step, :step_status, :input_hash, :output, :attempt, :duration_ms from mine
    on conflict (generation_id, step) do update set status = excluded.status,
        input_hash = excluded.input_hash, output = excluded.output, attempt = excluded.attempt,
        duration_ms = excluded.duration_ms, created_at = now()
), event as (
    insert into generation_events (generation_id, seq, type, payload)
    select id, before + ordinality, value ->> 'type', value -> 'payload' from mine, news
), used as ({COUNTED_USAGE.format(source="mine, ")}), spent as ({SPENT})
select id from mine
""")
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
    select id, last_seq, 'job.' || status from ended
"""
_COUNTED_REFUNDS = """
    insert into totals as t (name, value)
    select 'refunds', count(*) from ended where quota_state = 'refunded' having count(*) > 0
    on conflict (name) do update set value = t.value + excluded.value
"""
# Users who left an address hear of every end; mails are for packages alone.
_NOTICES = """
    insert into outbox (topic, generation_id)
    select 'webhook', ended.id
    from ended join webhooks w on w.user_id = ended.user_id
    union all
    select 'mail', ended.id
    from ended join users u on u.id = ended.user_id
    where u.wants_mail and ended.generation_type = 'package' and ended.status <> 'cancelled'
"""
_ENDED = """id, user_id, generation_type, status, quota_state, quota_window_started_at, last_seq"""
_AT_THE_END = f"""
), given_back as ({_GIVE_BACK}), event as ({_LAST_EVENT}), counted as ({_COUNTED_REFUNDS}),
notice as ({_NOTICES})"""

FINISH = _typed(f"""
with ended as (
    update generations set status = 'success', output_data = :output_data, finished_at = now(),
        models_used = :models_used, warnings = :warnings, last_seq = last_seq + 1,
        cost_usd = (select coalesce(sum(cost_usd), 0) from api_usage
            where generation_id = :generation_id),
        lease_owner = null, lease_until = null,
        quota_state = case when quota_state <> 'held' then quota_state
            when :refund then 'refunded' else 'spent' end
    where id = :generation_id and status = 'running' and attempt = :attempt
    returning {_ENDED}
{_AT_THE_END}
select id from ended
""")

# Ends an unfinished generation without a result; `user_id` limits it to an owner and `attempt` to
# a runner when they are given.
ABANDON = HotStatement(
    _typed(f"""
with ended as (
    update generations set status = :status, error_code = :error_code,
        error_message = :error_message, finished_at = now(), last_seq = last_seq + 1,
        lease_owner = null, lease_until = null,
        cost_usd = (select coalesce(sum(cost_usd), 0) from api_usage
            where generation_id = :generation_id),
        quota_state = case when quota_state = 'held' then 'refunded' else quota_state end
    where id = :generation_id and status in ('pending', 'running')
        and (cast(:user_id as uuid) is null or user_id = :user_id)
        and (cast(:attempt as smallint) is null or status = 'running' and attempt = :attempt)
    returning {_ENDED}
{_AT_THE_END}
select id from ended
""")
)

# The work goes on elsewhere, or here after the next start; it does not count as a failed attempt.
HAND_BACK = HotStatement(
    _typed("""
with returned as (
    update generations set status = 'pending', handed_back = handed_back + 1,
        last_seq = last_seq + 1, lease_owner = null, lease_until = now()
    where id = :generation_id and status = 'running' and attempt = :attempt
    returning id, last_seq
), event as (
    insert into generation_events (generation_id, seq, type)
    select id, last_seq, 'job.handed_back' from returned
), message as (
    insert into outbox (topic, generation_id)
    select 'run', id from returned
)
select id from returned
""")
)

# Leases that ran out: another attempt while there is one, and otherwise the end. What nobody began
# to work on is dispatched anew, for a message may be lost.
REAP = HotStatement(
    _typed(f"""
with dead as (
    select id, status as was, (status = 'running' and attempt - handed_back >= :most_attempts)
        or (status = 'pending' and created_at < now() - make_interval(secs => :patience_seconds))
        as is_over
    from generations where status in ('pending', 'running') and lease_until < now()
    order by lease_until limit 100 for update skip locked
), ended as (
    update generations g set status = 'failed', finished_at = now(), lease_owner = null,
        lease_until = null, last_seq = last_seq + 1, error_code = 'GENERATION_FAILED',
        error_message = case when dead.was = 'running'
            then 'The process that worked on this stopped.'
            else 'Nobody could work on this in time.' end,
        cost_usd = (select coalesce(sum(u.cost_usd), 0) from api_usage u
            where u.generation_id = g.id),
        quota_state = case when quota_state = 'held' then 'refunded' else quota_state end
    from dead where g.id = dead.id and dead.is_over
    returning g.id, g.user_id, g.generation_type, g.status, g.quota_state,
        g.quota_window_started_at, g.last_seq
), again as (
    update generations g set status = 'pending', lease_owner = null,
        last_seq = last_seq + (dead.was = 'running')::int,
        lease_until = now() + make_interval(secs => :lease_seconds)
    from dead where g.id = dead.id and not dead.is_over
    returning g.id, dead.was, g.last_seq
), retried as (
    insert into generation_events (generation_id, seq, type)
    select id, last_seq, 'job.retried' from again where was = 'running'
), message as (
    insert into outbox (topic, generation_id)
    select 'run', id from again where not exists (
        select 1 from outbox o
        where o.generation_id = again.id and o.topic = 'run' and o.done_at is null)
), lost as (
    insert into totals as t (name, value)
    select 'lease_losses', count(*) from dead where was = 'running' having count(*) > 0
    on conflict (name) do update set value = t.value + excluded.value
{_AT_THE_END}
select id, is_over from dead
""")
)
