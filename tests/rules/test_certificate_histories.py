"""Random histories over an in-memory ledger keep every "Always true" line of spec/financing.md."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from opora.certificates.rules import (
    CERTIFICATE,
    Entry,
    GroupLoad,
    InvoiceRow,
    Split,
    Totals,
    accrual,
    advance,
    completeness,
    ledger,
    months_due,
    split_contract,
    terminate,
    totals_of,
    vacancy_reasons,
)
from opora.certificates.rules.life import VACANCY_STATES, freeze_reasons
from opora.certificates.rules.termination import contract_activation_reasons
from opora.enrolment.rules import CONTRACT, LIVING_CONTRACT_STATES

FIRST, LAST = date(2026, 9, 1), date(2026, 12, 31)
CERTIFICATES_LIMIT, MONEY_LIMIT = 2, 1_300_000


@dataclass
class Contract:
    split: Split
    state: str = "requested"
    accepted: bool = False
    end: date = LAST
    spent: set[date] = field(default_factory=set)
    returned: set[date] = field(default_factory=set)

    @property
    def reserved(self) -> int:
        open_ = self.state in LIVING_CONTRACT_STATES
        done = self.spent | self.returned
        return sum(p.certificate for p in self.split.months if p.month not in done) if open_ else 0

    @property
    def spent_sum(self) -> int:
        return sum(part.certificate for part in self.split.months if part.month in self.spent)


@dataclass
class Card:
    state: str = "active"
    totals: Totals = field(default_factory=Totals)
    entries: list[Entry] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)

    def post(self, entry: Entry) -> None:
        self.totals = self.totals.after(entry)
        self.entries.append(entry)

    @property
    def closed(self) -> bool:
        return self.state in CERTIFICATE.final_states()


class Histories(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.today = FIRST
        self.cards = [Card() for _ in range(4)]
        for card in self.cards[:CERTIFICATES_LIMIT]:
            card.post(ledger.set_nominal(card.totals, 600_000))

    def living(self) -> list[tuple[Card, Contract]]:
        return [(card, c) for card in self.cards for c in card.contracts if c.state in LIVING_CONTRACT_STATES]

    def load(self) -> GroupLoad:
        funded = [c for c in self.cards if c.state in VACANCY_STATES and c.totals.nominal]
        return GroupLoad(len(funded), sum(c.totals.nominal for c in self.cards), CERTIFICATES_LIMIT, MONEY_LIMIT)

    @rule(
        data=st.data(),
        price=st.integers(0, 3_000_000),
        norm=st.integers(0, 3_000_000),
        days=st.tuples(st.integers(0, 60), st.integers(0, 120), st.integers(0, 200)),
    )
    def apply(self, data, price: int, norm: int, days: tuple[int, int, int]) -> None:
        able = [card for card in self.cards if card.state == "active" and card.totals.balance > 0]
        start = self.today + timedelta(days=days[0])
        if not able or start > LAST:
            return
        card = data.draw(st.sampled_from(able))
        end = min(LAST, start + timedelta(days=days[1]))
        split = split_contract(
            price=price,
            normative_cost=norm,
            balance=card.totals.balance,
            group_start=start - timedelta(days=5),
            group_end=end + timedelta(days=days[2]),
            start=start,
            end=end,
        )
        card.post(ledger.request(split.certificate))
        card.contracts.append(Contract(split, end=end))

    @precondition(lambda self: self.living())
    @rule(data=st.data())
    def contract_act(self, data) -> None:
        card, contract = data.draw(st.sampled_from(self.living()))
        acts = {
            "requested": ["offer"] * 6 + ["refuse", "withdraw", "expire"],
            "offered": ["activate"] * 6 + ["refuse", "withdraw", "expire"],
            "active": ["notice"],
        }
        act = data.draw(st.sampled_from(acts[contract.state]))
        if act == "offer":
            contract.state = CONTRACT.next_state("requested", "offer", "provider_manager")
        elif act == "activate":
            self._activate(card, contract)
        elif act == "notice":
            self._terminate(card, contract)
        else:
            self._release(card, contract, act)

    def _activate(self, card: Card, contract: Contract) -> None:
        if contract_activation_reasons(start=contract.split.start, end=contract.end, today=self.today):
            self._release(card, contract, "refuse")
            return
        contract.state = CONTRACT.next_state("offered", "activate", "guardian")
        contract.accepted = True
        self._spend(card, contract)

    @rule(days=st.integers(1, 25))
    def month_turn(self, days: int) -> None:
        self.today = min(LAST, self.today + timedelta(days=days))
        for card in self.cards:
            for contract in card.contracts:
                if contract.state == "active":
                    self._spend(card, contract)
                    if contract.end < self.today:
                        contract.state = CONTRACT.next_state("active", "close", "system")

    @rule(data=st.data(), place=st.integers(0, 3), nominal=st.integers(1, 900_000))
    def certificate_act(self, data, place: int, nominal: int) -> None:
        card = self.cards[place]
        acts = ["nominal"] * 3 + ["freeze", "return"]
        if sum(other.closed for other in self.cards) < self.today.month - 8:
            acts += ["annul", "age_out"]
        act = data.draw(st.sampled_from(acts))
        if card.closed:
            return
        if act == "nominal":
            fresh = card.state == "active" and not card.totals.nominal
            if fresh and not vacancy_reasons(self.load(), nominal):
                card.post(ledger.set_nominal(card.totals, nominal))
        elif act == "freeze":
            self._freeze(card)
        elif act == "return":
            living = any(contract.state in LIVING_CONTRACT_STATES for contract in card.contracts)
            if card.totals.is_unused and not living:
                card.post(ledger.close("to_accounting", card.totals))
        else:
            self._close(card, act)

    def _freeze(self, card: Card) -> None:
        if card.state != "active" or freeze_reasons(c.state for c in card.contracts):
            return
        for contract in card.contracts:
            if contract.state == "requested":
                self._release(card, contract, "freeze")
        card.state = CERTIFICATE.next_state("active", "freeze", "guardian")

    def _close(self, card: Card, act: str) -> None:
        card.state = CERTIFICATE.next_state(card.state, act)
        card.post(ledger.close(act, card.totals))
        for contract in card.contracts:
            if contract.state in {"requested", "offered"}:
                self._release(card, contract, "refuse")
            elif contract.state == "active":
                self._terminate(card, contract)

    def _release(self, card: Card, contract: Contract, act: str) -> None:
        card.post(ledger.release(act, contract.reserved, closed=card.closed))
        contract.state = CONTRACT.next_state(contract.state, "refuse" if act == "freeze" else act)

    def _spend(self, card: Card, contract: Contract) -> None:
        kept = [part for part in contract.split.months if part.month not in contract.returned]
        for part in months_due(kept, self.today, frozenset(contract.spent)):
            card.post(ledger.spend(part.certificate))
            assert part.month not in contract.spent
            contract.spent.add(part.month)

    def _terminate(self, card: Card, contract: Contract) -> None:
        if self.today > contract.end:
            return
        kept = [part for part in contract.split.months if part.month not in contract.returned]
        effect = terminate(
            notice=self.today,
            start=contract.split.start,
            end=contract.end,
            months=kept,
            spent=frozenset(contract.spent),
        )
        if effect.kind == "cancelled":
            entry = ledger.cancel(effect.returned_reserve, effect.returned_spent, closed=card.closed)
            contract.state = CONTRACT.next_state("active", "cancel", "guardian")
        else:
            entry = ledger.release("terminate", effect.returned_reserve, closed=card.closed)
        card.post(entry)
        event(f"terminated: {effect.kind}, closed {card.closed}, spent {bool(contract.spent)}")
        contract.end = effect.end
        contract.returned |= {part.month for part in effect.returned}
        contract.spent -= contract.returned

    @invariant()
    def parts_make_the_nominal(self) -> None:
        for card in self.cards:
            totals = card.totals
            assert totals.nominal == totals.balance + totals.reserve + totals.spent
            assert min(totals.nominal, totals.balance, totals.reserve, totals.spent) >= 0
            assert totals_of(card.entries) == totals

    @invariant()
    def money_has_a_contract_and_an_act_behind_it(self) -> None:
        for card in self.cards:
            assert card.totals.reserve == sum(contract.reserved for contract in card.contracts)
            assert card.totals.spent == sum(contract.spent_sum for contract in card.contracts)
            assert all(contract.accepted for contract in card.contracts if contract.spent)

    @invariant()
    def sums_of_months_are_sums_of_contracts(self) -> None:
        for card in self.cards:
            for contract in card.contracts:
                split = contract.split
                assert sum(part.certificate for part in split.months) == split.certificate
                assert sum(part.guardian for part in split.months) == split.guardian
                for part in split.months:
                    row = InvoiceRow(accrual(part.certificate, completeness(5, 7)), advance(part.certificate))
                    assert row.advance + row.amount == row.accrual

    @invariant()
    def limits_hold(self) -> None:
        load = self.load()
        assert load.certificates <= CERTIFICATES_LIMIT
        assert load.nominals <= MONEY_LIMIT
        assert sum(card.totals.reserve + card.totals.spent for card in self.cards) <= MONEY_LIMIT

    @invariant()
    def a_closed_certificate_has_no_balance(self) -> None:
        assert all(card.totals.balance == 0 for card in self.cards if card.closed)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
