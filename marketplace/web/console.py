"""Where plugins put commands of the program itself: ``jkp recon`` beside ``jkp payments refund``."""

import click

from marketplace.kernel.plugin import Slot

commands: Slot[click.Command] = Slot("web.console")
