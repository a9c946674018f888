"""Approved periods of a municipality have no day in common."""

import django.contrib.postgres.constraints
from django.db import migrations
from django.db.models import F, Func, Q, Value


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_ledger")]
    operations = [
        migrations.AddConstraint(
            model_name="fundingperiod",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=Q(("state", "approved")),
                expressions=[
                    (Func(F("municipality"), F("municipality"), Value("[]"), function="int8range"), "&&"),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), "&&"),
                ],
                name="funding_period_approved_once",
            ),
        ),
    ]
