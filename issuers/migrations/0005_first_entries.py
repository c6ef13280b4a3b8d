"""Give every licence that was entered before entries were kept its first version, as the register says it now."""

from django.db import migrations

from core.findings import digest_of


def keep_first_versions(apps, schema_editor):
    licences = apps.get_model("issuers", "Licence")
    entries = apps.get_model("issuers", "RegisterEntry")
    for licence in licences.objects.filter(entries=None).select_related("issuer__organisation"):
        issuer, body = licence.issuer, licence.issuer.organisation
        fields = {
            "number": licence.number, "effective_on": licence.effective_on.isoformat(), "status": licence.status,
            "suspension": None, "ended_on": None,
            "name_en": body.name_en, "name_zh_hant": body.name_zh_hant, "name_zh_hans": body.name_zh_hans,
            "address_en": issuer.address_en, "address_zh_hant": issuer.address_zh_hant, "email": issuer.email,
            "website": issuer.website,
            "coins": [
                {
                    "symbol": coin.symbol, "reference_currency": coin.reference_currency,
                    "contracts": [
                        {"chain": each.chain, "contract": each.contract}
                        for each in coin.deployments.order_by("chain")
                    ],
                }
                for coin in issuer.coins.order_by("symbol")
            ],
        }
        entries.objects.create(licence=licence, version=1, event="entered", fields=fields, digest=digest_of(fields))


class Migration(migrations.Migration):
    dependencies = [("issuers", "0004_legal_moves")]
    operations = [migrations.RunPython(keep_first_versions, migrations.RunPython.noop)]
