"""Personal data of endpoints: who made each."""

from bot.outbox.tables import endpoint
from bot.personal_data import KeptData, PersonalTable

PERSONAL = KeptData((PersonalTable(table=endpoint, others=("created_by_id",)),))
