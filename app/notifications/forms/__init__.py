"""What a browser sent about telling people outside: one module for each page."""

from app.notifications.forms.preferences import PreferencesForm

__all__ = ["PreferencesForm"]
