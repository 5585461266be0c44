"""A record of many deliveries over two years, with pages, documents, fields and keys: straight into the tables."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import psycopg
import yaml

from config.settings import CONFIG_DIR
from queues import crypto
from queues.database import engine
from queues.search_keys import Key, keys_of

_DAYS = 730
_PEOPLE = 100_000
_SOURCES = ("fax:본관", "fax:별관", "mail:팩스메일", "portal:웹팩스", "scan:우편실", "desk:1번 창구")
_SHARES = (50, 20, 10, 8, 8, 4)
_STATES = (("done", 93), ("review", 4), ("rejected", 2), ("split", 1))
_PAGES = (1, 1, 1, 2, 2, 3, 4, 5, 6, 12)


def fill(count: int, seed: int = 7) -> None:
    """`count` deliveries; the last hundred are on their way, some of the others in review."""
    with psycopg.connect(engine().url.set(drivername="postgresql").render_as_string(False)) as connection:
        connection.execute("SET session_replication_role = replica")  # the rows fit together: no look at each
        people = _people(random.Random(seed))
        _cases(connection, people)
        _deliveries(connection, count, people, random.Random(seed + 1))
        for statement in _REST:
            connection.execute(statement)
        for table in ("delivery", "document", "page"):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _people(r: random.Random) -> list[tuple[str, str]]:
    """Names by the shares of Korean surnames, and mobile numbers."""
    names = yaml.safe_load((CONFIG_DIR / "names.yaml").read_text("utf-8"))
    surnames, shares = list(names["surnames"]), list(names["surnames"].values())
    syllables = "민서연준지우현수영은하진도윤아재성희경정미호원태유나빈소혜승건"
    made = []
    for n in range(_PEOPLE):
        given = r.choice(syllables) + r.choice(syllables)
        made.append(
            (r.choices(surnames, shares)[0] + given, f"010-{2000 + n % 8000}-{r.randrange(10_000):04}")
        )
    return made


def _cases(connection: psycopg.Connection, people: list[tuple[str, str]]) -> None:
    with connection.cursor().copy("COPY person (id, source_key, name, phone) FROM STDIN") as copy:
        for n, (name, phone) in enumerate(people, 1):
            copy.write_row((n, f"P{n}", name, phone))
    with connection.cursor().copy("COPY application (id, receipt_no, program, person_id) FROM STDIN") as copy:
        for n in range(1, len(people) + 1):
            copy.write_row((n, receipt_no(n), "ub_application", n))


def receipt_no(number: int) -> str:
    """Of the case of that person."""
    return f"2026-UB-{number:07}"


def person_of(delivery_id: int) -> int:
    """Whose paper a delivery brought (1-based)."""
    return delivery_id * 7919 % _PEOPLE + 1


def _deliveries(
    connection: psycopg.Connection, count: int, people: list[tuple[str, str]], r: random.Random
) -> None:
    now = datetime.now(UTC)
    times = sorted(now - timedelta(minutes=r.random() * _DAYS * 1440) for _ in range(count))
    states, shares = [s for s, _ in _STATES], [n for _, n in _STATES]
    callers = [f"02-{r.randrange(200, 999)}-{r.randrange(10_000):04}" for _ in range(4000)]
    chosen = []
    with connection.cursor().copy(
        "COPY delivery (id, source, source_ref, received_at, caller_number, original_sha256, page_count, state,"
        " duplicate_of, problem, keyed) FROM STDIN"
    ) as copy:
        for n, at in enumerate(times, 1):
            state = r.choices(states, shares)[0]
            if n > count - 100:
                state = "taken" if n % 2 else "reading"
            caller = people[person_of(n) - 1][1] if r.random() < 0.3 else r.choice(callers)
            again = n - 1 if state == "done" and r.random() < 0.03 else None
            problem = "truncated" if state == "review" and r.random() < 0.1 else None
            pages = r.choice(_PAGES)
            source = r.choices(_SOURCES, _SHARES)[0]
            copy.write_row((n, source, f"many-{n}", at, caller, "0" * 64, pages, state, again, problem, 1))
            chosen.append((n, at, caller))
    with connection.cursor().copy(
        "COPY delivery_key (delivery_id, kind, key, received_at, sure) FROM STDIN WITH (FORMAT BINARY)"
    ) as copy:
        copy.set_types(["int8", "text", "bytea", "timestamptz", "bool"])
        for n, at, caller in chosen:
            name, phone = people[person_of(n) - 1]
            keys = {*_keys("phone", caller), *_keys("name", name), *_keys("phone", phone)}
            keys |= set(_keys("receipt", receipt_no(person_of(n))))
            for kind, key in sorted(keys):
                copy.write_row((n, kind, key, at, True))


@lru_cache(maxsize=400_000)
def _keys(kind: str, value: str) -> tuple[Key, ...]:
    return tuple(keys_of(kind, value))


def _sealed(value: str) -> str:
    return crypto.seal(value).hex()


_REST = (
    """INSERT INTO page (delivery_id, number, state, image_sha256, width, height, rotation, type, type_confidence,
           read_sha256, original_page)
       SELECT d.id, n, CASE WHEN d.state = 'taken' THEN 'waiting' ELSE 'read' END, repeat('1', 64), 1240, 1754, 0,
              'ub_application', 0.9, repeat('2', 64), 0
       FROM delivery d CROSS JOIN generate_series(1, d.page_count) AS n""",
    """INSERT INTO document (delivery_id, position, type, type_confidence, pages, handwritten, state, version)
       SELECT d.id, p, CASE p WHEN 0 THEN 'ub_application' ELSE 'bankbook_copy' END, 0.9,
              jsonb_build_array(p + 1), false,
              CASE WHEN d.duplicate_of IS NOT NULL THEN 'duplicate' WHEN d.state = 'done' THEN 'attached'
                   WHEN d.state = 'rejected' THEN 'rejected' ELSE 'review' END, 1
       FROM delivery d CROSS JOIN generate_series(0, 1) AS p
       WHERE d.state IN ('done', 'review', 'rejected') AND p < d.page_count""",
    """INSERT INTO read_field (document_id, person, name, value_enc, value_masked, raw_enc, confidence, doubtful,
           handwritten, page)
       SELECT d.id, 0, f, decode(repeat('ab', 60), 'hex'), '김*연', decode(repeat('cd', 60), 'hex'), 0.9, false,
              false, 1
       FROM document d CROSS JOIN unnest(ARRAY['rrn', 'phone', 'account', 'address']) AS f""",
    """INSERT INTO attachment (document_id, application_id, decided_by, sink_state, sink_key, decided_at)
       SELECT d.id, v.id * 7919 % 100000 + 1, CASE WHEN d.id % 9 = 0 THEN '1' ELSE 'bot' END, 'acknowledged',
              'key-' || d.id, v.received_at + interval '1 minute'
       FROM document d JOIN delivery v ON v.id = d.delivery_id WHERE d.state = 'attached'""",
    """INSERT INTO review_task (kind, subject, delivery_id, reason, state, due_at, priority, version)
       SELECT 'link', 'delivery:' || id, id, 'doubtful', 'open', received_at + interval '1 day', 0, 1
       FROM delivery WHERE state = 'review'""",
    """INSERT INTO work_item (bot, reference, attempt, state, priority, sequence, tries, deaths, payload,
           created_at, ended_at)
       SELECT b, 'delivery:' || id, 1, 'done', 0, 1, 1, 0, '{}', received_at, received_at
       FROM delivery CROSS JOIN unnest(ARRAY['intake.read', 'intake.link']) AS b""",
)
