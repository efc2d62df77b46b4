"""Lantern & Loam, a publishing house that does not exist: its six departments, its people, how they rate each other.

Editorial hands over late because authors and permissions come late, and believes Production's dates are padded.
Production works weekends because copy comes late and pages change after sign-off, and believes Editorial does not
care. Neither sees what presses on the other; the retros show it from both sides.
"""

from __future__ import annotations

from app.demo.contents.shape import (
    EDITORIAL,
    IT,
    MARKETING,
    PRODUCTION,
    RIGHTS,
    SALES,
    Department,
    Person,
)
from app.entries.rules.names import Dimension

HOUSE = "Lantern & Loam (demo)"

DEPARTMENTS = (
    Department(EDITORIAL, "E", 14),
    Department(PRODUCTION, "P", 12),
    Department(MARKETING, "M", 9),
    Department(RIGHTS, "R", 6),
    Department(SALES, "S", 10),
    Department(IT, "IT", 7),
)

PEOPLE = (
    Person("margit", "Margit Halloran", is_admin=True),
    Person("imogen", "Imogen Oyelaran", is_facilitator=True),
    Person("tobias", "Tobias Renn", department=IT, is_facilitator=True),
    Person("cosima", "Cosima Bell", department=EDITORIAL, is_lead=True),
    Person("dev", "Dev Ranasinghe", department=EDITORIAL),
    Person("walter", "Walter Okonjo", department=PRODUCTION, is_lead=True),
    Person("lise", "Lise Brandt", department=PRODUCTION),
    Person("farida", "Farida Quist", department=MARKETING, is_lead=True),
    Person("jonah", "Jonah Pell", department=MARKETING),
    Person("anneke", "Anneke Strom", department=RIGHTS, is_lead=True),
    Person("rui", "Rui Castellan", department=SALES, is_lead=True),
    Person("hedda", "Hedda Marsh", department=SALES),
    Person("sol", "Sol Ferreira", department=IT, is_lead=True),
)

ADMIN = "margit"
FACILITATOR = "imogen"
STAND_IN = "tobias"
LEAD = "walter"

_CALM = dict.fromkeys(Dimension, 4)

# How a department rates another when asked, 1 to 5; who is not named is not rated.
RATINGS: dict[tuple[str, str], dict[Dimension, int]] = {
    (PRODUCTION, EDITORIAL): {
        Dimension.RESPONSIVENESS: 2,
        Dimension.QUALITY: 3,
        Dimension.COMMUNICATION: 2,
        Dimension.TEAMWORK: 2,
        Dimension.MORALE: 2,
    },
    (EDITORIAL, PRODUCTION): {
        Dimension.RESPONSIVENESS: 2,
        Dimension.QUALITY: 5,
        Dimension.COMMUNICATION: 2,
        Dimension.TEAMWORK: 3,
        Dimension.MORALE: 2,
    },
    (EDITORIAL, RIGHTS): {**_CALM, Dimension.RESPONSIVENESS: 2, Dimension.COMMUNICATION: 3},
    (MARKETING, EDITORIAL): {**_CALM, Dimension.RESPONSIVENESS: 3},
    (SALES, PRODUCTION): {**_CALM, Dimension.QUALITY: 5},
    (SALES, MARKETING): {**_CALM, Dimension.TEAMWORK: 5, Dimension.MORALE: 5},
    (MARKETING, IT): {**_CALM, Dimension.RESPONSIVENESS: 3},
    (MARKETING, PRODUCTION): {**_CALM, Dimension.COMMUNICATION: 3},
    (PRODUCTION, MARKETING): {**_CALM, Dimension.COMMUNICATION: 3},
    (RIGHTS, EDITORIAL): {**_CALM, Dimension.RESPONSIVENESS: 3, Dimension.TEAMWORK: 3},
}

# How well a department thinks that it served the others: neither of the two sees what the other one feels.
OWN_VIEWS: dict[str, dict[Dimension, int]] = {
    EDITORIAL: {**_CALM, Dimension.QUALITY: 5},
    PRODUCTION: {**_CALM, Dimension.QUALITY: 5, Dimension.COMMUNICATION: 3},
    MARKETING: _CALM,
    SALES: {**_CALM, Dimension.RESPONSIVENESS: 5},
}
