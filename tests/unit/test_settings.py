"""Settings: what is accepted, and the one line that names what is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti.settings import Settings, SettingsError, StoreSettings, load
from tests.support.environment import COMPLETE, VARIABLES


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    before = {name: os.environ.pop(name) for name in VARIABLES if name in os.environ}
    yield
    for name in VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(before)


def settings(**changes: str) -> Settings:
    os.environ.update({**COMPLETE, **changes})
    return load(Settings, env_file=None)


def refusal(**changes: str) -> str:
    with pytest.raises(SettingsError) as error:
        settings(**changes)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_what_is_left_out_has_the_documented_default() -> None:
    found = settings()
    assert found.data_dir == Path("var")
    assert found.database_url == "sqlite:///var/cti.sqlite3"
    assert found.redis_url is None
    assert found.twilio_api_base_url == "https://api.twilio.com"
    assert (found.crm, found.crm_deadline_s, found.default_region) == ("sql", 0.8, None)
    assert (found.allowed_origins, found.metrics_token, found.log_format) == ((), None, "console")


def test_proxies_are_addresses_and_networks_and_this_machine_where_none_is_named() -> None:
    assert [str(network) for network in settings().trusted_proxies] == ["127.0.0.0/8", "::1/128"]
    found = settings(CTI_TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.7")
    assert [str(network) for network in found.trusted_proxies] == ["10.0.0.0/8", "192.0.2.7/32"]
    os.environ.update(found.environment())
    assert load(Settings, env_file=None).trusted_proxies == found.trusted_proxies


def test_the_database_follows_the_data_directory() -> None:
    assert settings(CTI_DATA_DIR="/srv/cti").database_url == "sqlite:////srv/cti/cti.sqlite3"


@pytest.mark.parametrize("variable", sorted(COMPLETE))
def test_a_missing_setting_is_named(variable: str) -> None:
    assert refusal(**{variable: ""}) == f"{variable} is not set"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CTI_CRM", "salesfarce"),
        ("CTI_CRM_DEADLINE", "soon"),
        ("CTI_CRM_DEADLINE", "60"),
        ("CTI_DEFAULT_REGION", "Poland"),
        ("CTI_LOG_FORMAT", "xml"),
        ("CTI_METRICS_TOKEN", "short"),
        ("CTI_SECRET_KEY", "short"),
        ("CTI_TRUSTED_PROXIES", "nginx"),
        ("CTI_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("CTI_ALLOWED_ORIGINS", "crm.example.com"),
        ("CTI_ALLOWED_ORIGINS", "https://crm.example.com/page"),
        ("CTI_PUBLIC_URL", "calls.example.com"),
        ("CTI_PUBLIC_URL", "https://calls.example.com/cti"),
        ("CTI_PUBLIC_URL", "https://user:password@calls.example.com"),
        ("CTI_PUBLIC_URL", "https://my_calls.example.com"),
        ("CTI_PUBLIC_URL", "http://calls.example.com"),
        ("CTI_PUBLIC_URL", "https://localhost:8000"),
        ("TWILIO_API_BASE_URL", "http://api.twilio.com"),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_ACCOUNT_SID", "SK" + "0" * 32),
        ("TWILIO_API_KEY", "AC" + "0" * 32),
        ("TWILIO_TWIML_APP_SID", "AC" + "0" * 32),
        ("TWILIO_AUTH_TOKEN", " , "),
        ("DATABASE_URL", "mysql://localhost/cti"),
        ("DATABASE_URL", "sqlite://"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "unix://relative/path"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, value: str) -> None:
    assert refusal(**{variable: value}).startswith(variable)


@pytest.mark.parametrize("crm", ["hubspot", "salesforce", "zendesk", "pipedrive", "espocrm", "http"])
def test_a_crm_of_a_later_release_is_refused_as_not_supported_yet(crm: str) -> None:
    assert "not supported yet" in refusal(CTI_CRM=crm)


@pytest.mark.parametrize("url", ["redis+sentinel://a:1,b:2/main", "redis://a:1,b:2", "redis+cluster://a"])
def test_sentinel_and_cluster_are_refused_as_not_supported_yet(url: str) -> None:
    assert refusal(REDIS_URL=url).startswith("REDIS_URL: Sentinel and Cluster are not supported yet")


def test_no_refusal_shows_a_secret() -> None:
    for variable in ("CTI_SECRET_KEY", "CTI_METRICS_TOKEN"):
        assert "hushhush" not in refusal(**{variable: "hushhush"})
    assert "hushhush" not in refusal(CTI_PUBLIC_URL="https://u:hushhush@example.com")


def test_neither_repr_nor_str_shows_a_secret() -> None:
    found = settings(
        DATABASE_URL="postgresql://cti:hushhush@db/cti",
        REDIS_URL="redis://:hushhush@cache",
        CTI_METRICS_TOKEN="hushhush-hushhush",
        TWILIO_AUTH_TOKEN="hushhush",
    )
    assert "hushhush" not in f"{found!r} {found}"


def test_several_tokens_are_accepted_while_rotating() -> None:
    found = settings(TWILIO_AUTH_TOKEN="new, old")
    assert [token.get_secret_value() for token in found.twilio_auth_tokens] == ["new", "old"]
    assert found.twilio_auth_token.get_secret_value() == "new"


def test_postgresql_is_reached_by_asyncpg_however_it_is_spelt() -> None:
    for spelling in ("postgres", "postgresql", "postgresql+asyncpg"):
        assert settings(DATABASE_URL=f"{spelling}://u@h/d").database_url == "postgresql+asyncpg://u@h/d"


def test_an_emulator_may_stand_on_this_machine_and_is_called_simulated() -> None:
    found = settings(TWILIO_API_BASE_URL="http://127.0.0.1:8100", CTI_PUBLIC_URL="http://127.0.0.1:8000/")
    assert found.simulated
    assert found.public_url == "http://127.0.0.1:8000"
    assert not settings(TWILIO_API_BASE_URL="https://api.dublin.ie1.twilio.com", **_public()).simulated


def _public() -> dict[str, str]:
    return {"CTI_PUBLIC_URL": COMPLETE["CTI_PUBLIC_URL"]}


def test_commands_that_only_touch_the_stores_need_no_account() -> None:
    os.environ["CTI_DEFAULT_REGION"] = "pl"
    assert load(StoreSettings, env_file=None).default_region == "PL"


def test_settings_survive_the_way_to_a_child_process() -> None:
    before = settings(TWILIO_AUTH_TOKEN="new,old", CTI_ALLOWED_ORIGINS="https://a.example,https://b.example")
    os.environ.update(before.environment())
    assert load(Settings, env_file=None) == before


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("CTI_CRM_DEADLINE=0.5\nCTI_LOG_FORMAT=json\nSOMETHING_ELSE=1\n")
    os.environ.update({**COMPLETE, "CTI_CRM_DEADLINE": "0.3"})
    found = load(Settings, env_file=file)
    assert (found.crm_deadline_s, found.log_format) == (0.3, "json")
