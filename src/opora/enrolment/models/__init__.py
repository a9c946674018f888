"""Enrolment: applications, contracts with their months, enrolments, orders, attendance (E, D4)."""

from opora.enrolment.models.applications import Application, Contract, ContractMonth, Funding
from opora.enrolment.models.learning import (
    Attendance,
    CalendarFeed,
    Enrolment,
    Lesson,
    Order,
    OrderLine,
    OrderTemplate,
    SafetyCard,
)
from opora.enrolment.models.rollover import Rollover, RolloverGroup, RolloverLearner
from opora.enrolment.models.talk import AbsenceNotice, GroupMessage, GroupMessageReader

__all__ = [
    "AbsenceNotice",
    "Application",
    "Attendance",
    "CalendarFeed",
    "Contract",
    "ContractMonth",
    "Enrolment",
    "Funding",
    "GroupMessage",
    "GroupMessageReader",
    "Lesson",
    "Order",
    "OrderLine",
    "OrderTemplate",
    "Rollover",
    "RolloverGroup",
    "RolloverLearner",
    "SafetyCard",
]
