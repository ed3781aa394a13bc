"""The manifest of payments."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import PersonalData, completers, facts, personal_data, reapers, verifiers
from marketplace.kernel.words import _
from marketplace.payments import adapters, commands, events, models, policies, queries, services, tasks, views
from marketplace.payments.slots import gateways, payers
from marketplace.web.console import commands as console

HERE = Path(__file__).parent

plugin = Plugin(
    name="payments",
    label=_("Payments"),
    requires=("accounts",),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    commands=(
        commands.returned,
        commands.refund,
        commands.refunded,
        commands.take_in,
        commands.unmatched,
        commands.match,
        commands.explain,
        *commands.PAYOUTS,
    ),
    derives=adapters.ready,
    permissions=policies.ALL,
    emits=(
        events.PaymentPromised,
        events.PaymentSettled,
        events.PaymentClosed,
        events.PaymentQuestioned,
        events.RefundTaken,
        events.RefundSucceeded,
        events.RefundFailed,
        events.RefundFound,
        events.DisputeOpened,
        events.DisputeClosed,
        events.WebhookReceived,
        events.BankAccountGiven,
        events.PayoutApproved,
        events.PayoutPaid,
        events.PayoutFailed,
    ),
    handles=tasks.HANDLES,
    schedule={
        "payments.expire_due": Schedule(timedelta(seconds=30), partial(services.expire_due, within=services.ROUND)),
        "payments.complete": Schedule(timedelta(seconds=30), partial(services.complete, within=services.ROUND)),
        "payments.refunds": Schedule(timedelta(minutes=1), partial(services.complete_refunds, within=services.ROUND)),
        "payments.check_open": Schedule(timedelta(minutes=5), partial(services.check_open, within=services.ROUND)),
        "payments.recon": Schedule(timedelta(days=1), services.recon_lately),
        "payments.sweep_refused": Schedule(timedelta(days=1), services.sweep_refused),
        "payments.payouts": Schedule(timedelta(hours=1), services.propose_payouts),
        "payments.complete_payouts": Schedule(timedelta(minutes=5), services.complete_payouts),
    },
    fills=(
        gateways(adapters.Qris()),
        *(gateways(adapters.VirtualAccount(bank)) for bank in adapters.BANKS),
        gateways(adapters.Stripe()),
        gateways(adapters.Transfer()),
        gateways(adapters.Sandbox()),
        gateways(adapters.CashOnDelivery()),
        console(commands.webhooks),
        console(commands.recon),
        payers(adapters.Bank()),
        payers(adapters.Transfers()),
        completers(services.complete),
        completers(services.complete_refunds),
        completers(services.complete_payouts),
        reapers(services.expire_due),
        verifiers(queries.broken),
        verifiers(queries.broken_payouts),
        personal_data(PersonalData(queries.export_accounts, services.forget_person)),
        facts(("payments", queries.payment_facts)),
        facts(("refunds", queries.refund_facts)),
        facts(("transfers", queries.transfer_facts)),
        facts(("balances", queries.balance_facts)),
        facts(("webhook_events", queries.webhook_facts)),
        facts(("payouts", queries.payout_facts)),
    ),
    settings={
        "PAY_MINUTES": 60,
        "VA_HOURS": 24,
        "TRANSFER_HOURS": 24,
        "COD_LIMIT_IDR": 500_000,
        "STRIPE_API_BASE": "https://api.stripe.com",
        "STRIPE_SECRET_KEY": "",
        "STRIPE_WEBHOOK_SECRET": "",
        "MIDTRANS_API_BASE": "https://api.sandbox.midtrans.com",
        "MIDTRANS_SERVER_KEY": "",
        "MIDTRANS_VA_BANKS": "bca,mandiri,bni,bri,permata",
        "QRIS_MOST_IDR": 10_000_000,
        "VA_LEAST_IDR": 10_000,
        "GATEWAY_RATE": 8,
        "BANK_ACCOUNT": "",
        "UNIQUE_MOST": 299,
        "BANK_KEYS": "",
        "ACCOUNT_REST_HOURS": 24,
        "PAYOUT_WEEKDAY": 1,
        "PAYOUT_LEAST_IDR": 10_000,
        "PAYOUT_CONFIRM_IDR": 5_000_000,
    },
)
