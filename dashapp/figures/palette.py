"""The palette: one colour a member, the same on every chart, told apart by every kind of sight.

Each has at least 3:1 on the light and the dark surface.
"""

from collections.abc import Sequence

MEMBERS = ("#386be2", "#f5642b", "#1da758", "#bb4271", "#9585f4", "#876114", "#bf80b0", "#7a68a8")
EARLIER = "#8a94a1"
GAIN, LOSS = "#1a9478", "#d9541e"


def colours(members: Sequence[str]) -> dict[str, str]:
    """A colour for each of up to eight members, in their order; none for more: those are drawn in one hue."""
    return dict(zip(members, MEMBERS, strict=False)) if len(members) <= len(MEMBERS) else {}
