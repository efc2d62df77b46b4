"""The story of the demo, as plain data: the house, its people, its joint projects and what was said of them."""

from app.demo.contents.cartographer import CARTOGRAPHER
from app.demo.contents.catalogue import CATALOGUE
from app.demo.contents.house import DEPARTMENTS, HOUSE, OWN_VIEWS, PEOPLE, RATINGS
from app.demo.contents.merrow import MERROW
from app.demo.contents.orchard import ORCHARD
from app.demo.contents.past import FILE_NAME, FRICTIONS, PAST, SOURCE
from app.demo.contents.salt_and_smoke import SALT_AND_SMOKE
from app.demo.contents.shape import Department, Friction, Note, PastRetro, Person, Project, Promise, Step, Topic
from app.demo.contents.small_fires import SMALL_FIRES
from app.demo.contents.tides import TIDES

CLOSED = (CARTOGRAPHER, SALT_AND_SMOKE, CATALOGUE, TIDES, MERROW, ORCHARD)
IN_WRITE = SMALL_FIRES

__all__ = [
    "CLOSED",
    "DEPARTMENTS",
    "FILE_NAME",
    "FRICTIONS",
    "HOUSE",
    "IN_WRITE",
    "OWN_VIEWS",
    "PAST",
    "PEOPLE",
    "RATINGS",
    "SOURCE",
    "Department",
    "Friction",
    "Note",
    "PastRetro",
    "Person",
    "Project",
    "Promise",
    "Step",
    "Topic",
]
