"""What the database itself refuses about payment batches, their approval and the duties of the treasury (revision 0006)."""

# What an approval binds: the batch's own particulars and who is paid what, byte for byte. A payment that was held
# back or taken off after everybody had agreed still belongs to what they agreed to.
_CONTENT = """
CREATE FUNCTION payment_batch_content(which bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(
        convert_to(jsonb_build_array(batch.key, batch.fund, batch.fiscal_year, batch.channel,
            to_char(batch.pay_on, 'YYYYMMDD'), extract(epoch FROM batch.not_before)::bigint,
            batch.made_by)::text, 'UTF8')
        || coalesce((SELECT string_agg(sha256(
            convert_to(jsonb_build_array(paid.position, paid.id, paid.order_id, paid.amount_won, paid.bank_code,
                paid.statement_text, paid.end_to_end)::text, 'UTF8')
            || sha256(coalesce(paid.account_enc, '')) || sha256(coalesce(paid.account_index, ''))
            || sha256(coalesce(paid.holder_enc, ''))), ''::bytea ORDER BY paid.position)
            FROM payment paid WHERE paid.batch_id = batch.id AND (paid.state <> 'cancelled' OR 'approved' = (
                SELECT before.state FROM payment_event before
                WHERE before.payment_id = paid.id AND before.state NOT IN ('held', 'cancelled')
                ORDER BY before.seq DESC LIMIT 1))),
            ''::bytea)), 'hex')
    FROM payment_batch batch WHERE batch.id = which
$$
"""

# 임명: the regular holder while present; who stands in only while no regular holder is (국고금 관리법 시행령의 대리).
_HOLDS_DUTY = """
CREATE FUNCTION is_present(officer bigint, on_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT 1 FROM absence WHERE absence.officer_id = officer AND absence.ended_at IS NULL
        AND on_day BETWEEN absence.from_on AND absence.until_on)
$$;
CREATE FUNCTION holds_duty(who bigint, what text, whose text, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM appointment held JOIN account ON account.id = held.account_id
        WHERE held.account_id = who AND held.duty = what AND held.fund = whose
        AND on_day BETWEEN held.from_on AND coalesce(held.until_on, 'infinity')
        AND account.active AND account.role IN ('staff', 'supervisor') AND is_present(account.officer_id, on_day)
        AND (NOT held.stands_in OR NOT EXISTS (
            SELECT 1 FROM appointment regular JOIN account other ON other.id = regular.account_id
            WHERE regular.duty = what AND regular.fund = whose AND NOT regular.stands_in
            AND on_day BETWEEN regular.from_on AND coalesce(regular.until_on, 'infinity')
            AND other.active AND is_present(other.officer_id, on_day))))
$$
"""

# A step of a batch is agreed to, today, by one who holds its duty today, about the content as it is, and who is
# neither the batch's maker nor anybody else of the line, under whatever account. Days are those of Korea.
_APPROVAL = """
CREATE FUNCTION keep_payment_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    batch record;
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Seoul')::date;
    officer bigint := (SELECT officer_id FROM account WHERE id = NEW.decided_by);
BEGIN
    IF NEW.state <> 'approved' OR (TG_OP = 'UPDATE' AND OLD.state = 'approved') THEN
        RETURN NEW;
    END IF;
    SELECT * INTO batch FROM payment_batch WHERE id = split_part(NEW.subject, ':', 2)::bigint;
    IF batch.id IS NULL OR NEW.content_sha256 = '' THEN
        RAISE EXCEPTION 'approval of %, which is nothing', NEW.subject USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM approval other JOIN account ON account.id = other.decided_by
        WHERE other.subject = NEW.subject AND other.round = NEW.round AND other.step <> NEW.step
        AND other.state = 'approved' AND (other.decided_by = NEW.decided_by OR account.officer_id = officer)) THEN
        RAISE EXCEPTION 'account % took part in the line of % already', NEW.decided_by, NEW.subject
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.duty = 'draft' THEN
        IF NEW.step <> 1 OR NEW.decided_by <> batch.made_by THEN
            RAISE EXCEPTION 'only its maker puts % to the line', NEW.subject USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' OR OLD.state <> 'asked' OR batch.state <> 'approval'
        OR NEW.content_sha256 <> batch.content_sha256
        OR abs(extract(epoch FROM clock_timestamp() - NEW.decided_at)) > 600 THEN
        RAISE EXCEPTION '% is not asked about now, or not as it is', NEW.subject
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by = batch.made_by OR officer = (SELECT officer_id FROM account WHERE id = batch.made_by) THEN
        RAISE EXCEPTION 'the maker of % does not approve it', NEW.subject USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT holds_duty(NEW.decided_by, NEW.duty, batch.fund, today) THEN
        RAISE EXCEPTION 'account % does not hold the duty % of fund % on %',
            NEW.decided_by, NEW.duty, batch.fund, today USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# A batch runs only with a whole line behind exactly its content, and its maker is none of those who agreed.
# Once it runs it never becomes a draft again.
_BATCH = """
CREATE FUNCTION keep_payment_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment batch is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.made_by <> OLD.made_by OR NEW.key <> OLD.key OR NEW.run_no < OLD.run_no THEN
        RAISE EXCEPTION 'who made batch % stays who made it', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'checking'), ('draft', 'checked'), ('draft', 'cancelled'),
        ('checking', 'draft'), ('checking', 'checked'), ('checking', 'cancelled'),
        ('checked', 'draft'), ('checked', 'checking'), ('checked', 'approval'), ('checked', 'cancelled'),
        ('approval', 'draft'), ('approval', 'checked'), ('approval', 'approved'), ('approval', 'cancelled'),
        ('approved', 'draft'), ('approved', 'checked'), ('approved', 'running'), ('approved', 'cancelled'),
        ('running', 'paused'), ('running', 'stopped'), ('running', 'done'),
        ('paused', 'running'), ('paused', 'stopped'), ('paused', 'done'),
        ('stopped', 'done'), ('stopped', 'closed'), ('done', 'running'), ('done', 'closed')) THEN
        RAISE EXCEPTION 'batch % is "%": "%" does not follow', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'approval' AND OLD.state <> 'approval' AND NOT EXISTS (
        SELECT 1 FROM payment WHERE batch_id = NEW.id AND state = 'name_checked'
        HAVING count(*) = NEW.payments AND sum(amount_won) = NEW.total_won) THEN
        RAISE EXCEPTION 'the sums of batch % are not those of its payments', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('approved', 'running') AND NEW.state <> OLD.state AND (
        NEW.content_sha256 = '' OR NEW.content_sha256 <> payment_batch_content(NEW.id) OR NOT EXISTS (
            SELECT 1 FROM approval line
            WHERE line.subject = 'payment_batch:' || NEW.id AND line.content_sha256 = NEW.content_sha256
            AND line.round = (SELECT max(round) FROM approval WHERE subject = line.subject)
            GROUP BY line.round HAVING bool_and(line.state = 'approved')
            AND array_agg(line.duty ORDER BY line.step) = ARRAY['draft', 'commitment', 'order', 'cashier']
            AND bool_and((line.duty = 'draft') = (line.decided_by = NEW.made_by)))) THEN
        RAISE EXCEPTION 'nobody has agreed to batch % as it is', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'running' AND NEW.state <> OLD.state
        AND NEW.pay_on > (clock_timestamp() AT TIME ZONE 'Asia/Seoul')::date THEN
        RAISE EXCEPTION 'batch % is not to be paid before %', NEW.id, NEW.pay_on USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('approval', 'approved', 'running', 'paused', 'stopped', 'done', 'closed')
        AND NEW.state NOT IN ('draft', 'checked') AND (
        NEW.content_sha256, NEW.payments, NEW.total_won, NEW.fund, NEW.fiscal_year, NEW.channel, NEW.pay_on,
        NEW.not_before) IS DISTINCT FROM (
        OLD.content_sha256, OLD.payments, OLD.total_won, OLD.fund, OLD.fiscal_year, OLD.channel, OLD.pay_on,
        OLD.not_before) THEN
        RAISE EXCEPTION 'what was agreed to in batch % cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# No two of 재무관, 지출관 and 출납공무원 in one hand for one fund (국고금 관리법의 겸직 금지), whatever accounts the
# hand has; nobody appoints themselves, and who held a duty is not rewritten afterwards.
_APPOINTMENT = """
CREATE FUNCTION keep_duties_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE today date := (clock_timestamp() AT TIME ZONE 'Asia/Seoul')::date;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an appointment is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (NEW.account_id, NEW.duty, NEW.fund, NEW.stands_in, NEW.from_on, NEW.document_no, NEW.made_by)
        IS DISTINCT FROM
        (OLD.account_id, OLD.duty, OLD.fund, OLD.stands_in, OLD.from_on, OLD.document_no, OLD.made_by)
        OR NEW.until_on IS DISTINCT FROM OLD.until_on AND (
            NEW.until_on < greatest(today - 1, OLD.from_on) OR OLD.until_on < today - 1)) THEN
        RAISE EXCEPTION 'of appointment % only the end can be changed, and not of days past', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.made_by = 'account:' || NEW.account_id THEN
        RAISE EXCEPTION 'account % cannot appoint itself', NEW.account_id USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('appointment:' || NEW.fund, 0));
    IF EXISTS (
        SELECT 1 FROM appointment other JOIN account holder ON holder.id = other.account_id
        WHERE other.fund = NEW.fund AND other.id <> NEW.id
        AND (other.account_id = NEW.account_id OR (other.duty <> NEW.duty
            AND holder.officer_id = (SELECT officer_id FROM account WHERE id = NEW.account_id)))
        AND daterange(other.from_on, other.until_on, '[]') && daterange(NEW.from_on, NEW.until_on, '[]')) THEN
        RAISE EXCEPTION 'account % would hold two duties of fund % at once', NEW.account_id, NEW.fund
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

PAYMENT_BATCH_GUARDS = (_CONTENT, _HOLDS_DUTY, _APPROVAL, _BATCH, _APPOINTMENT)
"""In the order in which they are made."""
