"""The language model: it may plan queries and phrase answers; the numbers are the registry's, and every one is checked."""

from analytics.llm.endpoint import Endpoint
from analytics.llm.talk import talk

__all__ = ["Endpoint", "talk"]
