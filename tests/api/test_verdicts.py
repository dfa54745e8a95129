"""Which beliefs about the cloud were contradicted, as diagnostics show it."""

from custom_components.ringcentral.api.verdicts import Belief, Verdicts


def test_every_watched_belief_is_shown_with_how_often_it_was_contradicted():
    verdicts = Verdicts()
    verdicts.contradict(Belief.BUDGETS_HOLD)
    verdicts.contradict(Belief.BUDGETS_HOLD)

    assert verdicts.as_dict().keys() == set(Belief)
    assert {name: count for name, count in verdicts.as_dict().items() if count} == {"budgets_hold": 2}
    assert verdicts.contradictions(Belief.BUDGETS_HOLD) == 2
    assert verdicts.contradictions(Belief.BULK_READ_IS_JSON) == 0
