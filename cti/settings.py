"""What the owner can set, read once from the environment (or ``.env``), checked and frozen.

Never logs or shows a secret. Guarantees that a missing, malformed or contradictory setting raises ``SettingsError``,
whose one line names the variable. ``StoreSettings`` is enough for commands that only touch the stores; ``Settings`` is
what the service needs.

SettingsError   the environment cannot be used
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

TWILIO_API = "https://api.twilio.com"
OTHER_CRMS = ("hubspot", "salesforce", "zendesk", "pipedrive", "espocrm", "http")

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared with, never bound


class SettingsError(Exception):
    """The environment cannot be used; the message is one line that names the variable."""


def _split(text: object) -> object:
    """``a, b`` → ``("a", "b")``; blanks between commas are dropped."""
    if not isinstance(text, str):
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _networks(text: object) -> object:
    """``127.0.0.1, 10.0.0.0/8`` → networks."""
    parts = _split(text)
    if not isinstance(parts, tuple):
        return text
    try:
        return tuple(ip_network(part) for part in parts)
    except ValueError:
        raise ValueError("must be addresses or networks separated by commas, as in 127.0.0.1,10.0.0.0/8") from None


def _env(name: str) -> AliasChoices:
    return AliasChoices(name)


def _default_database(values: dict[str, object]) -> str:
    return f"sqlite:///{values.get('data_dir', 'var')}/cti.sqlite3"


class StoreSettings(BaseSettings):
    """Where things are kept: enough for ``cti config``, ``contacts``, ``user`` and ``token``."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_file=".env",
        env_ignore_empty=True,
        populate_by_name=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    data_dir: Path = Field(default=Path("var"), validation_alias=_env("CTI_DATA_DIR"))
    """SQLite file and the embedded server's data."""
    database_url: str = Field(default_factory=_default_database, validation_alias=_env("DATABASE_URL"), repr=False)
    """``sqlite:///path`` or ``postgresql+asyncpg://…``."""
    redis_url: str | None = Field(default=None, validation_alias=_env("REDIS_URL"), repr=False)
    """``redis://``, ``rediss://`` or ``unix://``; null: an embedded server. Inside a worker it is always set."""
    default_region: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2}$", to_upper=True)] | None = Field(
        default=None, validation_alias=_env("CTI_DEFAULT_REGION")
    )
    """ISO 3166 code for numbers without a country code; null: such numbers are not understood."""
    crm: str = Field(default="sql", validation_alias=_env("CTI_CRM"))
    crm_deadline_s: float = Field(default=0.8, ge=0.05, le=10, validation_alias=_env("CTI_CRM_DEADLINE"))
    """How long a call waits for the CRM, seconds."""
    log_format: Literal["console", "json"] = Field(default="console", validation_alias=_env("CTI_LOG_FORMAT"))

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        scheme, _, rest = url.partition("://")
        if scheme in {"postgres", "postgresql", "postgresql+asyncpg"}:
            return f"postgresql+asyncpg://{rest}"
        if scheme == "sqlite" and rest not in {"", "/", "/:memory:"}:
            return url
        raise ValueError("must begin with postgresql:// or name a file, as in sqlite:///var/cti.sqlite3")

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if "sentinel" in parts.scheme or "cluster" in parts.scheme or "," in parts.netloc:
            raise ValueError("Sentinel and Cluster are not supported yet; name one server")
        if parts.scheme in {"redis", "rediss"} and parts.hostname:
            return url
        if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
            return url
        raise ValueError("must be redis://host:port/0, rediss://host:port/0 or unix:///path")

    @field_validator("crm")
    @classmethod
    def _known_crm(cls, name: str) -> str:
        if name == "sql":
            return name
        if name in OTHER_CRMS:
            raise ValueError(f"{name} is not supported yet; this release has sql")
        raise ValueError("must be sql")

    def environment(self) -> dict[str, str]:
        """The same settings as environment variables, for a process started by this one."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {variable_of(type(self), name): _plain(value) for name, value in named.items() if value is not None}


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(_plain(part) for part in value)
    return str(value)


Sid = Annotated[str, StringConstraints(min_length=34, max_length=34)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Tokens = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]


Network = IPv4Network | IPv6Network
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1"))


class Settings(StoreSettings):
    """Everything the service needs."""

    public_url: str = Field(validation_alias=_env("CTI_PUBLIC_URL"))
    """The base URL that Twilio sees, without a slash at the end; signatures are checked against it."""
    secret_key: SecretStr = Field(min_length=32, validation_alias=_env("CTI_SECRET_KEY"))
    twilio_account_sid: Annotated[Sid, StringConstraints(pattern="^AC")] = Field(
        validation_alias=_env("TWILIO_ACCOUNT_SID")
    )
    twilio_auth_tokens: Tokens = Field(min_length=1, validation_alias=_env("TWILIO_AUTH_TOKEN"))
    """The first one is used for our own requests; a signature by any of them is good."""
    twilio_api_key: Annotated[Sid, StringConstraints(pattern="^SK")] = Field(validation_alias=_env("TWILIO_API_KEY"))
    twilio_api_secret: SecretStr = Field(min_length=1, validation_alias=_env("TWILIO_API_SECRET"))
    twilio_twiml_app_sid: Annotated[Sid, StringConstraints(pattern="^AP")] = Field(
        validation_alias=_env("TWILIO_TWIML_APP_SID")
    )
    twilio_api_base_url: str = Field(default=TWILIO_API, validation_alias=_env("TWILIO_API_BASE_URL"))
    allowed_origins: Origins = Field(default=(), validation_alias=_env("CTI_ALLOWED_ORIGINS"))
    """Further origins (``https://host``) whose pages may use the API."""
    trusted_proxies: Networks = Field(default=LOOPBACK, validation_alias=_env("CTI_TRUSTED_PROXIES"))
    """Whose ``X-Forwarded-For`` is believed where attempts to log in are counted."""
    metrics_token: SecretStr | None = Field(default=None, min_length=16, validation_alias=_env("CTI_METRICS_TOKEN"))
    """Opens ``/metrics`` to others than this machine; null: to nobody else."""
    simulation_seconds: float = Field(default=600.0, ge=0.1, le=86_400, validation_alias=_env("CTI_SIMULATION_SECONDS"))
    """How long one simulation asked for by API may take."""
    simulation_memory_mb: int = Field(default=1_024, ge=16, le=1 << 20, validation_alias=_env("CTI_SIMULATION_MEMORY"))
    """MiB of memory that it may take."""

    @property
    def simulated(self) -> bool:
        """True where the line is not Twilio's own: every page says so."""
        return not (urlsplit(self.twilio_api_base_url).hostname or "").endswith(".twilio.com")

    @property
    def twilio_auth_token(self) -> SecretStr:
        """The token for our own requests."""
        return self.twilio_auth_tokens[0]

    @field_validator("public_url", "twilio_api_base_url")
    @classmethod
    def _base_url(cls, url: str) -> str:
        parts = _http_url(url)
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must be scheme and host only, as in https://calls.example.com")
        if "_" in (parts.hostname or ""):
            raise ValueError("its host has an underscore, which Twilio refuses")
        return url.rstrip("/")

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            parts = _http_url(origin)
            if parts.path or parts.query or parts.fragment:
                raise ValueError("must be origins separated by commas, as in https://crm.example.com")
        return origins

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        public = urlsplit(self.public_url)
        if self.simulated:
            return self
        if urlsplit(self.twilio_api_base_url).scheme != "https":
            raise ValueError("TWILIO_API_BASE_URL must be https where it is Twilio's own")
        if (public.hostname or "") in _LOCAL_HOSTS:
            raise ValueError("CTI_PUBLIC_URL is this machine's own address, which Twilio cannot reach")
        if public.scheme != "https":
            raise ValueError("CTI_PUBLIC_URL must be https: Twilio's browser phone needs it")
        return self


def _http_url(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must begin with https:// or http://")
    if parts.username or parts.password:
        raise ValueError("must not carry a user or password")
    return parts


S = TypeVar("S", bound=StoreSettings)


def load(kind: type[S], *, env_file: Path | None = Path(".env")) -> S:
    """Reads the environment; raises SettingsError with one line about the first thing that is wrong."""
    try:
        return kind(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError(_one_line(kind, error)) from None


def variable_of(kind: type[StoreSettings], field: str) -> str:
    """The environment variable that sets a field: ``data_dir`` → ``CTI_DATA_DIR``."""
    alias = kind.model_fields[field].validation_alias
    if not isinstance(alias, AliasChoices) or not isinstance(alias.choices[0], str):
        raise TypeError(f"{field} has no environment variable")
    return alias.choices[0]


def _one_line(kind: type[StoreSettings], error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return message
    place = str(first["loc"][0])
    variable = variable_of(kind, place) if place in kind.model_fields else place
    if first["type"] == "missing":
        return f"{variable} is not set"
    return f"{variable}: {message}"
