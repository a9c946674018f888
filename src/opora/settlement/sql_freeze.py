"""What was issued never changes: triggers that let only the state of a document move on."""

from __future__ import annotations

CREATE = """
CREATE FUNCTION settlement_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{state,remarks,decided_at,decided_by_id,paid_on}';
BEGIN
    IF OLD.state = 'draft' OR current_setting('opora.erasure', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving OR NEW.state = 'draft' THEN
        RAISE EXCEPTION 'settlement document % is issued and never changes', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER settlement_document_frozen BEFORE UPDATE OR DELETE ON settlement_document
    FOR EACH ROW EXECUTE FUNCTION settlement_frozen();

-- one look per statement, whatever the number of rows
CREATE FUNCTION settlement_rows_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('opora.erasure', true) <> 'on' OR current_setting('opora.erasure', true) IS NULL THEN
        IF EXISTS (SELECT FROM settlement_document d
                    WHERE d.id IN (SELECT document_id FROM touched) AND d.state <> 'draft') THEN
            RAISE EXCEPTION 'rows of an issued settlement document never change';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER settlement_row_inserted AFTER INSERT ON settlement_row REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION settlement_rows_frozen();
CREATE TRIGGER settlement_row_updated AFTER UPDATE ON settlement_row REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION settlement_rows_frozen();
CREATE TRIGGER settlement_row_deleted AFTER DELETE ON settlement_row REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION settlement_rows_frozen();
CREATE TRIGGER settlement_completeness_inserted AFTER INSERT ON settlement_completeness REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION settlement_rows_frozen();
CREATE TRIGGER settlement_completeness_updated AFTER UPDATE ON settlement_completeness REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION settlement_rows_frozen();
CREATE TRIGGER settlement_completeness_deleted AFTER DELETE ON settlement_completeness REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION settlement_rows_frozen();

CREATE FUNCTION payment_order_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{state,executed,executed_on,exported_at,cancel_reason}';
BEGIN
    IF current_setting('opora.erasure', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'payment order % is numbered and never changes', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_order_frozen BEFORE UPDATE OR DELETE ON payment_order
    FOR EACH ROW EXECUTE FUNCTION payment_order_frozen();

CREATE FUNCTION agreement_terms_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL AND coalesce(current_setting('opora.erasure', true), '') <> 'on' THEN
        RAISE EXCEPTION 'terms % are signed and never change', OLD.id;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER agreement_terms_frozen BEFORE UPDATE OR DELETE ON agreement_terms
    FOR EACH ROW EXECUTE FUNCTION agreement_terms_frozen();
"""
# no setting opens what is frozen, whoever makes it (docs/threat-model.md)
CLOSE = """
CREATE OR REPLACE FUNCTION settlement_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{state,remarks,decided_at,decided_by_id,paid_on}';
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving OR NEW.state = 'draft' THEN
        RAISE EXCEPTION 'settlement document % is issued and never changes', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION settlement_rows_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM settlement_document d
                WHERE d.id IN (SELECT document_id FROM touched) AND d.state <> 'draft') THEN
        RAISE EXCEPTION 'rows of an issued settlement document never change';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION payment_order_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{state,executed,executed_on,exported_at,cancel_reason}';
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving THEN
        RAISE EXCEPTION 'payment order % is numbered and never changes', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION agreement_terms_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL THEN
        RAISE EXCEPTION 'terms % are signed and never change', OLD.id;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
DROP = """
DROP TRIGGER agreement_terms_frozen ON agreement_terms;
DROP TRIGGER payment_order_frozen ON payment_order;
DROP TRIGGER settlement_completeness_deleted ON settlement_completeness;
DROP TRIGGER settlement_completeness_updated ON settlement_completeness;
DROP TRIGGER settlement_completeness_inserted ON settlement_completeness;
DROP TRIGGER settlement_row_deleted ON settlement_row;
DROP TRIGGER settlement_row_updated ON settlement_row;
DROP TRIGGER settlement_row_inserted ON settlement_row;
DROP TRIGGER settlement_document_frozen ON settlement_document;
DROP FUNCTION agreement_terms_frozen();
DROP FUNCTION payment_order_frozen();
DROP FUNCTION settlement_rows_frozen();
DROP FUNCTION settlement_frozen();
"""
