"""`fencepost test-mail`: whether mail goes out as it is set up."""

from typing import Annotated

import typer

from app.cli.options import DataFolder, settings_from
from app.core.clock import Clock


def send_test_mail(
    address: Annotated[str, typer.Argument(help="Where it goes.")],
    data: DataFolder = None,
) -> None:
    """Send a test mail at once and say what the mail server says."""
    from app.cli.opening import opened
    from app.notifications.service import testing

    settings = settings_from(data)
    with opened(settings) as database:
        testing.send_test_mail(database, settings, address, "The operator", Clock().now())
    typer.echo(f"The mail server took a test mail to {address}. Look whether it arrives, and how it looks.")
