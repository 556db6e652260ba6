# Compiled from voices/native: the class that `resemblance` defines, in memory of its own.
from fairfloor.voices.resemblance import Resemblance as Resemblance
