"""Every event of the system that may concern a family: which letter tells of it, or why it is silent.

A new act of a state machine, a new kind of fact in the outbox or a new letter about certificates fails
`test_letters_of_events` until it stands here. A pattern with a star is for facts that never concern a guardian.
"""

from __future__ import annotations

ALREADY = "told by the letter of the act that it comes with"
WORK = "a matter of staff"
OWN = "the family did it itself on the page that shows it"

APPLICATION: dict[str, str] = {
    "submit": "application",
    "wait": "application",
    "confirm": "confirmed",
    "enrol": "enrolled",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "offer_place": "place_offered",
    "accept_place": "place_accepted",
    "decline_place": "place_declined",
    "expire": "expired",
    "leave": "terminated",
    "finish": "finished",
    # besides the acts
    "offer_soon_over": "place_soon_over",
    "passed_over": "bundle_passed_over",
    "transfer": "transferred",
    "order": "order_issued",
}
CONTRACT: dict[str, str] = {
    "offer": "contract_offered",
    "activate": "enrolled",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "expire": "expired",
    "give_notice": "terminated",
    "cancel": "terminated",
    "close": "finished",
    "offer_soon_over": "contract_soon_over",
    "prolong_asked": "prolong_asked",
    "prolong": "prolonged",
}
ANSWERED = {
    "place_offered": "place",
    "place_soon_over": "place",
    "contract_offered": "contract",
    "contract_soon_over": "contract",
    "prolong_asked": "prolong",
    "group_message": "message",
    "absence_reported": "absence",
    "place.freed": "freed",
    "rollover_asked": "next_year",
}
"""Letters with a one-click answer, and the kind of question."""
CERTIFICATE: dict[str, str] = {
    "apply": "applied",
    "issue": "issued",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "expire": "expired",
    "activate": "active",
    "freeze": "frozen",
    "unfreeze": "unfrozen",
    "annul": "annulled",
    "age_out": "aged_out",
    "move": "moved",
    "fund": "funded",
    "queue": "queued",
    "leave_queue": "left_queue",
    "return_idle": "to_accounting",
    "regroup": "regrouped",
    "issue_confirmed": "issued_confirmed",
}
OUTBOX: dict[str, str] = {
    "application.changed": "letter: see APPLICATION",
    "contract.changed": "letter: see CONTRACT",
    "certificate.changed": "letter: see CERTIFICATE",
    "certificate.entry": "letter: certificate.entry",
    "lesson.changed": "letter: lesson_changed",
    "group.message": "letter: group_message",
    "absence.reported": "letter: absence_reported",
    "absence.withdrawn": "letter: absence_withdrawn",
    "order.issued": "letter: order_issued",
    "place.freed": "letter: place_offered to the queue, place.freed to who subscribed",
    "child.changed": "letter: child, for what a desk did; silent for what the family did itself",
    "child.merged": f"silent: {WORK}",
    "consent.changed": "letter: consent when withdrawn; silent when given, " + OWN,
    "group.changed": f"silent: {WORK}, freed places are told one by one",
    "register.imported": f"silent: {WORK}",
    "programme.*": f"silent: {WORK}",
    "funding_period.*": f"silent: {WORK}",
    "payment_agreement.*": f"silent: {WORK}",
    "settlement.*": f"silent: {WORK}",
    "data_request.*": f"silent: {WORK}",
    "pupils.invited": "letter: invitation to guardians with an account; a printed sheet to the others",
    "rollover.*": "letter: rollover.asked; silent for the batch itself, " + WORK,
}
