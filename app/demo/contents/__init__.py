"""The story of the demo, as plain data: the house, its people, its joint projects and what was said of them."""

from app.demo.contents.cartographer import CARTOGRAPHER
from app.demo.contents.catalogue import CATALOGUE
from app.demo.contents.house import DEPARTMENTS, HOUSE, OWN_VIEWS, PEOPLE, RATINGS
from app.demo.contents.merrow import MERROW
from app.demo.contents.orchard import ORCHARD
from app.demo.contents.salt_and_smoke import SALT_AND_SMOKE
from app.demo.contents.shape import Department, Note, Person, Project, Promise, Step, Topic
from app.demo.contents.small_fires import SMALL_FIRES
from app.demo.contents.tides import TIDES

CLOSED = (CARTOGRAPHER, SALT_AND_SMOKE, CATALOGUE, TIDES, MERROW, ORCHARD)
IN_WRITE = SMALL_FIRES

__all__ = [
    "CLOSED",
    "DEPARTMENTS",
    "HOUSE",
    "IN_WRITE",
    "OWN_VIEWS",
    "PEOPLE",
    "RATINGS",
    "Department",
    "Note",
    "Person",
    "Project",
    "Promise",
    "Step",
    "Topic",
]
