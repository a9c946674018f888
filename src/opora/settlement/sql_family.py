"""What never changes of the families' papers: an issued certificate for the tax office, a refund that was paid."""

from __future__ import annotations

FREEZE = """
CREATE FUNCTION tax_certificate_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'asked' AND TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    -- the child's record may be merged into another; what stands on the paper is in `learner`
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - '{state,child_id}'::text[] <> to_jsonb(NEW) - '{state,child_id}'::text[]
        OR NOT (OLD.state = NEW.state OR (OLD.state = 'issued' AND NEW.state IN ('replaced', 'annulled'))) THEN
        RAISE EXCEPTION 'tax certificate % is issued and never changes', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tax_certificate_frozen BEFORE UPDATE OR DELETE ON tax_certificate
    FOR EACH ROW EXECUTE FUNCTION tax_certificate_frozen();

CREATE FUNCTION tax_certificate_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - 'living' <> to_jsonb(NEW) - 'living' OR NEW.living THEN
        RAISE EXCEPTION 'line % of a tax certificate never changes', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tax_certificate_line_frozen BEFORE UPDATE OR DELETE ON tax_certificate_line
    FOR EACH ROW EXECUTE FUNCTION tax_certificate_line_frozen();

CREATE FUNCTION family_refund_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('paid', 'refused', 'withdrawn')
        OR OLD.account_id <> NEW.account_id OR OLD.amount <> NEW.amount THEN
        RAISE EXCEPTION 'refund % to a family is decided and never changes', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER family_refund_frozen BEFORE UPDATE OR DELETE ON family_refund
    FOR EACH ROW EXECUTE FUNCTION family_refund_frozen();
"""
THAW = """
DROP TRIGGER family_refund_frozen ON family_refund;
DROP TRIGGER tax_certificate_line_frozen ON tax_certificate_line;
DROP TRIGGER tax_certificate_frozen ON tax_certificate;
DROP FUNCTION family_refund_frozen();
DROP FUNCTION tax_certificate_line_frozen();
DROP FUNCTION tax_certificate_frozen();
"""
