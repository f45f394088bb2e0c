"""An emulator cannot be started so that it could be mistaken for, or used against, the real Twilio."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cti.telephony.emulator.settings import (
    EmulatorSettings,
    NumberSetup,
    is_loopback,
    new_auth_token,
    new_sid,
)


def test_without_anything_it_makes_up_an_account():
    one, other = EmulatorSettings(), EmulatorSettings()
    assert one.account_sid != other.account_sid
    assert one.auth_token.startswith("emulated-")


def test_what_looks_like_a_real_token_is_refused_and_not_shown():
    with pytest.raises(ValidationError, match="real auth token") as refused:
        EmulatorSettings(auth_token="0123456789abcdef0123456789abcdef")
    assert "0123456789abcdef" not in str(refused.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com"])
def test_it_listens_to_other_machines_only_when_told(host):
    with pytest.raises(ValidationError, match="allow_remote"):
        EmulatorSettings(host=host)
    assert EmulatorSettings(host=host, allow_remote=True).host == host


def test_it_cannot_stand_at_twilios_address():
    with pytest.raises(ValidationError, match="Twilio's own address"):
        EmulatorSettings(public_url="https://api.twilio.com")
    assert EmulatorSettings(public_url="https://nottwilio.com").public_url


def test_loopback_is_recognised():
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"))
    assert not any(is_loopback(host) for host in ("", "localhost.example.com", "10.0.0.1"))


def test_a_number_is_named_once_and_its_fallback_needs_a_voice_url():
    with pytest.raises(ValidationError, match="twice"):
        EmulatorSettings(numbers=(NumberSetup(number="+15550100"), NumberSetup(number="+15550100")))
    with pytest.raises(ValidationError, match="21405"):
        EmulatorSettings(numbers=(NumberSetup(number="+15550100", fallback_url="https://a.example/f"),))


def test_sids_have_twilios_form_and_settings_survive_json():
    with pytest.raises(ValidationError):
        EmulatorSettings(account_sid="AC1")
    settings = EmulatorSettings(account_sid=new_sid("AC"), auth_token=new_auth_token(), allowed_origin="http://a/, b")
    assert EmulatorSettings.model_validate_json(settings.model_dump_json()) == settings
    assert settings.origins == {"http://a", "b"}
    assert settings.auth_token not in repr(settings)
