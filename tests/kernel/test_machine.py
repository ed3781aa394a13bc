"""State machines are whole tables, and a move names the state it comes from."""

from enum import StrEnum

import pytest

from marketplace.kernel.machine import Machine


class Light(StrEnum):
    """The states of a lamp."""

    OFF = "off"
    ON = "on"
    BROKEN = "broken"


def test_a_table_with_a_missing_or_unreachable_state_is_refused_at_import() -> None:
    with pytest.raises(ValueError, match="broken"):
        Machine(Light.OFF, {Light.OFF: (Light.ON,), Light.ON: (Light.OFF,)})
    with pytest.raises(ValueError, match="broken"):
        Machine(Light.OFF, {Light.OFF: (Light.ON,), Light.ON: (), Light.BROKEN: ()})


def test_only_moves_of_the_table_are_allowed() -> None:
    machine = Machine(Light.OFF, {Light.OFF: (Light.ON,), Light.ON: (Light.OFF, Light.BROKEN), Light.BROKEN: ()})
    assert machine.allows(Light.OFF, Light.ON)
    assert not machine.allows(Light.OFF, Light.BROKEN)
    assert "off --> on" in machine.drawing()
