"""Who may issue, and what the authority does about it."""

from issuers.models.breach import Breach
from issuers.models.coin import Coin, Deployment
from issuers.models.facts import IssuerFact
from issuers.models.issuer import CapitalStatement, Issuer
from issuers.models.licence import Licence

__all__ = ["Breach", "CapitalStatement", "Coin", "Deployment", "Issuer", "IssuerFact", "Licence"]
