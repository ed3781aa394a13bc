"""Settings of gateways that forbid a start, each with a sentence (R24.1): each check was taken out once, and a case failed."""

from pathlib import Path

import pytest

from marketplace import create_app
from marketplace.kernel.settings import SettingsError
from marketplace.testing.plugin import environment

STRIPE = {"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}
MIDTRANS = {"MIDTRANS_SERVER_KEY": "Mid-server-x", "MIDTRANS_API_BASE": "https://api.midtrans.com"}


def production(url: str, folder: Path, **more: str) -> dict[str, str]:
    given = environment(
        url, folder, APP_ENV="production", PUBLIC_BASE_URL="https://toko.example", TRUSTED_HOSTS="toko.example", **more
    )
    return {name: value for name, value in given.items() if name != "JKP_TEST_HOOKS"}


@pytest.mark.parametrize(
    "more", [{}, STRIPE, MIDTRANS, {**STRIPE, **MIDTRANS}], ids=["none", "stripe", "midtrans", "both"]
)
def test_production_starts_with_what_is_real(template: str, tmp_path: Path, more: dict[str, str]) -> None:
    assert create_app(environ=production(template, tmp_path, **more))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_x"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "rubbish"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_WEBHOOK_SECRET": " , "}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:12111"}, "STRIPE_API_BASE"),
        ({"STRIPE_API_BASE": "https://localhost"}, "STRIPE_API_BASE"),
        ({"STRIPE_API_BASE": "http://api.stripe.com"}, "STRIPE_API_BASE"),
        ({"MIDTRANS_SERVER_KEY": "SB-Mid-server-x"}, "MIDTRANS_SERVER_KEY"),
        ({"MIDTRANS_API_BASE": "https://api.sandbox.midtrans.com"}, "MIDTRANS_API_BASE"),
        ({"MIDTRANS_API_BASE": "http://127.0.0.1:12112"}, "MIDTRANS_API_BASE"),
        ({"MIDTRANS_API_BASE": "http://api.midtrans.com"}, "MIDTRANS_API_BASE"),
        ({"MIDTRANS_VA_BANKS": "bca,bank-saya"}, "MIDTRANS_VA_BANKS"),
    ],
)
def test_production_refuses_trial_money(template: str, tmp_path: Path, changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        create_app(environ=production(template, tmp_path, **{**STRIPE, **MIDTRANS, **changes}))
    assert named in str(refused.value)
    assert str(refused.value).count(". ") == 0, "one sentence"


@pytest.mark.parametrize("changes", [STRIPE, {**MIDTRANS}])
def test_real_money_is_taken_in_production_only(template: str, tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="production only"):
        create_app(environ=environment(template, tmp_path, **changes))
