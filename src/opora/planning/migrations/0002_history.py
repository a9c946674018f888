"""Change history of this room's records; approved versions stay as they are."""

from django.db import migrations

from opora.core.history import append_only, track


class Migration(migrations.Migration):
    dependencies = [("core", "0003_append_only_for_good"), ("planning", "0001_plans")]
    operations = [
        track(
            "plan",
            "plan_section",
            "plan_item",
            "plan_remark",
            "plan_evidence",
            "concept",
            "concept_stage",
            "concept_target",
            "founding_step",
        ),
        append_only("plan_version"),
    ]
