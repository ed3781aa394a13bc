"""The manifest of payments."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import completers, facts, reapers, verifiers
from marketplace.kernel.words import _
from marketplace.payments import adapters, commands, events, models, queries, services, tasks, views
from marketplace.payments.slots import gateways
from marketplace.web.console import commands as console

HERE = Path(__file__).parent

plugin = Plugin(
    name="payments",
    label=_("Payments"),
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
    ),
    derives=adapters.ready,
    emits=(
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
    ),
    handles=tasks.HANDLES,
    schedule={
        "payments.expire_due": Schedule(timedelta(seconds=30), partial(services.expire_due, within=services.ROUND)),
        "payments.complete": Schedule(timedelta(seconds=30), partial(services.complete, within=services.ROUND)),
        "payments.refunds": Schedule(timedelta(minutes=1), partial(services.complete_refunds, within=services.ROUND)),
        "payments.check_open": Schedule(timedelta(minutes=5), partial(services.check_open, within=services.ROUND)),
        "payments.recon": Schedule(timedelta(days=1), services.recon_lately),
    },
    fills=(
        gateways(adapters.Qris()),
        *(gateways(adapters.VirtualAccount(bank)) for bank in adapters.BANKS),
        gateways(adapters.Stripe()),
        gateways(adapters.Transfer()),
        gateways(adapters.Sandbox()),
        console(commands.webhooks),
        console(commands.recon),
        completers(services.complete),
        completers(services.complete_refunds),
        reapers(services.expire_due),
        verifiers(queries.broken),
        facts(("payments", queries.payment_facts)),
        facts(("refunds", queries.refund_facts)),
        facts(("transfers", queries.transfer_facts)),
        facts(("balances", queries.balance_facts)),
        facts(("webhook_events", queries.webhook_facts)),
    ),
    settings={
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
    },
)
