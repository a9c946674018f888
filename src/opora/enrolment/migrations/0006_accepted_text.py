"""The text of a contract that was agreed to is kept, and stays as it is but for an act of erasure."""

from django.db import migrations, models

KEEP = """
CREATE FUNCTION contract_text_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM erasing('contract', NULL, OLD.id) act WHERE 'accepted_text' = ANY (act.keys)) THEN
        RAISE EXCEPTION 'the accepted text of a contract stays as it is';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contract_text_stays BEFORE UPDATE ON contract FOR EACH ROW
    WHEN (OLD.accepted_text <> '' AND NEW.accepted_text IS DISTINCT FROM OLD.accepted_text)
    EXECUTE FUNCTION contract_text_stays();
"""
UNDO = "DROP TRIGGER contract_text_stays ON contract; DROP FUNCTION contract_text_stays();"


class Migration(migrations.Migration):
    dependencies = [("core", "0003_append_only_for_good"), ("enrolment", "0005_ground_names_act")]
    operations = [
        migrations.AddField(
            model_name="contract",
            name="accepted_text",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="принятый текст"),
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
