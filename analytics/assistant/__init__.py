"""The assistant: questions about the business in plain English, answered from the metrics alone, offline."""

from analytics.assistant.answers import Answer, ask

__all__ = ["Answer", "ask"]
