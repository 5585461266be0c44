"""A record with many open questions, for measuring lists: written straight into the tables."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from queues import crypto, masking
from queues.models import Officer

REASONS = (
    "two_open_cases",
    "doubtful_fields",
    "differs_from_record",
    "not_on_file",
    "several_people",
    "unreadable_page",
    "closed_case",
)
PROGRAMS = ("ub_application", "ub_recognition", "epi_application", "nes_application", "vtc_application", "")
TEAMS = ("실업급여과", "취업지원과", "기업지원과", "직업능력개발과")


def officers(session: Session, count: int = 20) -> list[Officer]:
    """Officers, in turn of the four teams."""
    made = [
        Officer(number=f"{101 + n}", name=f"담당{n + 1}", team=TEAMS[n % 4], center="서울고용센터")
        for n in range(count)
    ]
    session.add_all(made)
    session.flush()
    return made


def fill(session: Session, count: int, officer_ids: list[int]) -> None:
    """`count` deliveries of one document each, with fields, candidates and an open question.

    Most belong to one of the officers; due dates spread from a week ago to three ahead.
    """
    values = {
        "n": count,
        "reasons": list(REASONS),
        "programs": list(PROGRAMS),
        "officers": officer_ids,
        "sealed": crypto.seal("홍길동"),
        "masked": masking.field("name", "홍길동"),
    }
    for statement in _STATEMENTS:
        session.connection().execute(text(statement), values)


_STATEMENTS = (
    """INSERT INTO delivery (source, source_ref, received_at, caller_number, sender_name, original_sha256,
           page_count, state)
       SELECT (ARRAY['fax:main', 'mail:box', 'portal:web', 'scan:post', 'desk:1'])[1 + i % 5], 'many-' || i,
              now() - make_interval(mins => i % 20000), '02-' || (2000 + i % 7000) || '-' || (1000 + i % 9000),
              '보낸 곳 ' || (i % 900), repeat('0', 64), 1 + i % 4, 'review'
       FROM generate_series(1, :n) AS i""",
    """INSERT INTO document (delivery_id, position, type, type_confidence, pages, handwritten, state, reason,
           version)
       SELECT id, 0, 'ub_application', 0.9, '[1]', false, 'review', 'two_open_cases', 1 FROM delivery
       WHERE source_ref LIKE 'many-%'""",
    """INSERT INTO read_field (document_id, person, name, value_enc, value_masked, confidence, doubtful,
           handwritten, page)
       SELECT document.id, 0, f.name, :sealed, :masked, 0.9, f.name = 'account', false, 1
       FROM document JOIN delivery v ON v.id = document.delivery_id AND v.source_ref LIKE 'many-%'
       CROSS JOIN (VALUES ('name'), ('account')) AS f (name)""",
    """INSERT INTO review_task (kind, subject, delivery_id, document_id, reason, question, state, due_at,
           priority, version, officer_id, program, source, legal_on)
       SELECT 'link', 'document:' || d.id, v.id, d.id, (CAST(:reasons AS text[]))[1 + v.id % 7], '',
              'open', now() + make_interval(mins => (v.id * 37 % 40320)::int - 10080), 0, 1,
              CASE WHEN v.id % 19 = 0 THEN NULL
                   ELSE (CAST(:officers AS bigint[]))[1 + v.id % cardinality(CAST(:officers AS bigint[]))] END,
              (CAST(:programs AS text[]))[1 + v.id % 6], split_part(v.source, ':', 1), current_date + 5
       FROM document d JOIN delivery v ON v.id = d.delivery_id AND v.source_ref LIKE 'many-%'""",
    "ANALYZE",
)
