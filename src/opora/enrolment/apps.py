from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "opora.enrolment"
    label = "enrolment"

    def ready(self) -> None:
        from opora.certificates import dependants, past
        from opora.enrolment import answers, answers_rollover, cabinet, jobs, learners, queries_behaviour  # noqa: F401  self-registering
        from opora.enrolment.services import cascade
        from opora.enrolment.services import merging as own
        from opora.people import merging
        from opora.providers import services_inventory

        services_inventory.learners_from(learners.by_organisation)
        dependants.register(
            contract_states=cascade.contract_states, cascade=cascade.cascade, use=cascade.use, lock=cascade.lock
        )
        past.register(queries_behaviour.contracts_of)
        merging.facts(own.facts)
        merging.mover("enrolment.SafetyCard", repeats_stay=True)
        merging.mover("enrolment.OrderLine", repeats_stay=True)
        merging.mover("enrolment.RolloverLearner", repeats_stay=True)
