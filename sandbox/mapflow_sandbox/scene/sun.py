"""The one sun that stands over every painted picture, so that a shadow's length tells a height.

A picture of the real world comes with its sun's place in the sky; a painted one has always this.
"""

from __future__ import annotations

import math

# Where shadows fall, in radians from the picture's x axis towards its y axis, which points down: to the lower right.
BEARING = 0.8
# Metres of shadow on the ground a metre of height; the sun stands 55 degrees high.
SHADOW_M = 0.7
DIRECTION = (math.cos(BEARING), math.sin(BEARING))
TOWARDS = (SHADOW_M * DIRECTION[0], SHADOW_M * DIRECTION[1])
