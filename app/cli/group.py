"""Runs the commands, and says in a sentence what stood in the way: a trace is for defects alone."""

import os
from typing import Any

import typer
from typer.core import TyperGroup

from app.cli.options import stop


class Sentences(TyperGroup):
    """Runs the commands. What they make is for the operator alone, whatever the shell's umask says."""

    def invoke(self, ctx: Any) -> Any:
        before = os.umask(0o077)
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            from app.cli.sentences import sentence_for

            sentence = sentence_for(error)
            if sentence is None:
                raise
            stop(sentence)
        finally:
            os.umask(before)
