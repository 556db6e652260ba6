"""A crowd to rehearse with: a simulated evening, the crowd that comes to take it over, and the truth about both."""

from fairfloor.testing.crowd.endless import endless
from fairfloor.testing.crowd.lay import Laid, lay
from fairfloor.testing.crowd.null import independent
from fairfloor.testing.crowd.over import over
from fairfloor.testing.crowd.simulate import simulate
from fairfloor.testing.crowd.world import Label, Role, Simulation, Tactic, World

__all__ = [
    "Label",
    "Laid",
    "Role",
    "Simulation",
    "Tactic",
    "World",
    "endless",
    "independent",
    "lay",
    "over",
    "simulate",
]
