"""Themes: frictions that topics of several retros share; a lasting record that people correct."""
