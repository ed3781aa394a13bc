"""The manifest of media."""

from datetime import timedelta
from pathlib import Path

from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import reapers
from marketplace.kernel.words import _
from marketplace.media import adapters, events, models, services, slots, tasks, views

HERE = Path(__file__).parent

plugin = Plugin(
    name="media",
    label=_("Pictures"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    emits=(events.PictureDropped,),
    handles={events.PictureDropped: (tasks.DELETE_FILES,)},
    schedule={"media.reap": Schedule(timedelta(hours=1), services.reap)},
    fills=(slots.storages(adapters.FOLDER), slots.storages(adapters.BUCKET), reapers(services.reap)),
    settings={
        "S3_ENDPOINT": "",
        "S3_BUCKET": "",
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY_ID": "",
        "S3_SECRET_ACCESS_KEY": "",
        "MEDIA_MOST_BYTES": 12_000_000,
        "MEDIA_MOST_PIXELS": 40_000_000,
    },
)
