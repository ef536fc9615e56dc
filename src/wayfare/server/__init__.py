"""`App`, and what of HTTP a component sees. The only layer that knows sockets and requests."""

from ..page import Limits
from .app import App, AppStatistics
from .registry import RegistryStatistics
from .request import Request, use_request
from .session import Session
from .socket import Conversation, Ended

__all__ = [
    "App",
    "AppStatistics",
    "Conversation",
    "Ended",
    "Limits",
    "RegistryStatistics",
    "Request",
    "Session",
    "use_request",
]
