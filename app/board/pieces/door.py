"""The door of a room, by the name that the pieces know it by."""

from app.web.door import Door as Door
from app.web.door import door as door
