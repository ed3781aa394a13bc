"""What an installation may set: read once at start, from the environment alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MINIMUM_SECRET = 32
ENVIRONMENTS = ("development", "production")


class SettingsError(Exception):
    """The environment does not allow a start; the message says what to set."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings every plugin may need. Plugins add their own through the manifest; see ``extra``."""

    environment: str
    database_url: str
    secret_key: str = field(repr=False)
    public_base_url: str
    trusted_hosts: tuple[str, ...]
    instance: Path
    redis_url: str | None
    mail_sink: Path
    test_hooks: bool
    pool: int = 8
    extra: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def production(self) -> bool:
        """Tell whether real people and money are behind this."""
        return self.environment == "production"

    @property
    def secure(self) -> bool:
        """Tell whether readers come by https; cookies follow it."""
        return self.public_base_url.startswith("https://")


def read(instance: Path, defaults: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment; raise SettingsError in one sentence when the program must not start with it (R24.1).

    ``defaults`` are the plugins' own settings by name; ``JKP_<NAME>`` or ``<NAME>`` overrides one, as text or whole number.
    """
    env = os.environ if environ is None else environ
    environment = env.get("APP_ENV", "development")
    if environment not in ENVIRONMENTS:
        # Something else, such as "prod", would be taken for development, with its trial payments and hooks.
        message = f"Set APP_ENV to {' or '.join(ENVIRONMENTS)}, or leave it unset; {environment!r} is neither."
        raise SettingsError(message)
    running = instance / "database.url"
    url = env.get("DATABASE_URL", "")
    if not url and environment != "production" and running.exists():
        # `make run` leaves the address of its own database here, so that `jkp` finds the site that is running.
        url = running.read_text(encoding="utf-8").strip()
    if not url:
        message = (
            "Set DATABASE_URL to a PostgreSQL address, or start the program with `make run`, which brings its own."
        )
        raise SettingsError(message)
    base = env.get("PUBLIC_BASE_URL", f"http://127.0.0.1:{env.get('PORT', '8000')}").rstrip("/")
    hosts = tuple(host.strip() for host in env.get("TRUSTED_HOSTS", "").split(",") if host.strip())
    settings = Settings(
        environment=environment,
        database_url=_with_driver(url),
        secret_key=env.get("SECRET_KEY", "") or _kept_secret(instance, environment),
        public_base_url=base,
        trusted_hosts=hosts or (("localhost", "127.0.0.1", "[::1]") if environment != "production" else ()),
        instance=instance,
        redis_url=env.get("REDIS_URL") or None,
        mail_sink=Path(env.get("MAIL_SINK_DIR") or instance / "mail"),
        test_hooks=env.get("JKP_TEST_HOOKS") == "1",
        pool=_whole("DB_POOL", env.get("DB_POOL", "8"), least=1),
        extra={name: _override(name, value, env) for name, value in defaults.items()},
    )
    if problems := unfit(settings, env):
        raise SettingsError(" ".join(problems))
    return settings


def unfit(settings: Settings, env: Mapping[str, str]) -> list[str]:
    """Return, in sentences, what forbids a start in production; nothing elsewhere."""
    if not settings.production:
        return []
    rules = (
        (settings.test_hooks, "Unset JKP_TEST_HOOKS: test hooks are not allowed in production."),
        (env.get("FLASK_DEBUG", "0") not in ("", "0"), "Unset FLASK_DEBUG: debug pages are not allowed in production."),
        (len(settings.secret_key) < MINIMUM_SECRET, "Set SECRET_KEY to 32 or more random characters."),
        (not settings.trusted_hosts, "Set TRUSTED_HOSTS to the names this site answers to."),
        (not settings.secure, "Set PUBLIC_BASE_URL to an https address."),
        (env.get("JKP_EMBEDDED_DATABASE") == "1", "Set DATABASE_URL: the embedded database is not for production."),
    )
    return [sentence for broken, sentence in rules if broken]


def _with_driver(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    message = "DATABASE_URL must be a PostgreSQL address such as postgresql://user:password@host/database."
    raise SettingsError(message)


def _kept_secret(instance: Path, environment: str) -> str:
    path = instance / "secret"
    if environment == "production":
        return ""
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        # Written aside and linked in place: of several processes starting at once, one wins and all read the same.
        draft = path.with_name(f"secret.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(os.urandom(32).hex(), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _override(name: str, value: object, env: Mapping[str, str]) -> object:
    text = env.get(f"JKP_{name}", env.get(name))
    if text is None:
        return value
    if isinstance(value, bool):
        return text == "1"
    return _whole(name, text) if isinstance(value, int) else text


def _whole(name: str, text: str, *, least: int = 0) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        message = f"{name} must be a whole number" + (f", {least} or more." if least else ".")
        raise SettingsError(message)
    return int(text)
