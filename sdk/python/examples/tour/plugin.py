"""Radwerk: a bicycle workshop that shows every interface of the contract, one module each.

``plugin.toml`` and the cases are shared with the same plugin in other languages; they stand in ``sdk/examples/tour``.
"""

# A class here for each of the `abilities` of plugin.toml, by its name in Python. All is imported at the top: the modules run
# once, when the plugin is built, and what a call imports for the first time isn't there.
from assignment import Assignment
from channel import Channel
from channel_media import ChannelMedia
from channel_poll import ChannelPoll
from channel_send import ChannelSend
from hooks import Hooks
from identity import Identity
from messenger import Messenger
from panel import Panel
from partner import Partner
from schedule import Schedule
from scoring import Scoring
from survey import Survey
from tools import Tools
from triage import Triage

__all__ = [
    "Assignment", "Channel", "ChannelMedia", "ChannelPoll", "ChannelSend", "Hooks", "Identity", "Messenger", "Panel",
    "Partner", "Schedule", "Scoring", "Survey", "Tools", "Triage",
]
