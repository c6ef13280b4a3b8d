"""The lists of sanctioned addresses as they were published, one as the change of the other."""

from __future__ import annotations

import pytest

from aml.addresses import canonical
from aml.models import Alert, Wallet
from aml.services.wallet_screening import screen_wallets_against
from tests.aml.flows import address
from tests.bench_flows import REAL, keep_list, real_lists


@pytest.mark.skipif(not REAL.exists(), reason="the published lists are not on this machine")
def test_the_change_of_the_real_lists_opens_exactly_what_is_new(issuer):
    old, new = real_lists()
    shared = old.keys() & new.keys()
    assert sorted(shared) == ["ETH", "TRX", "USDC", "USDT", "XBT"]
    before, after = ({canonical(each) for asset in shared for each in lists[asset]} for lists in (old, new))
    reported = sorted(before | after)[::6]  # of each kind some: new, standing, gone
    Wallet.objects.bulk_create(
        Wallet(owner=issuer.organisation, chain="eip155:1", address=each, canonical=each, part="customer")
        for each in [*reported, *(address(number) for number in range(1, 200))])
    screen_wallets_against(keep_list(1, {asset: old[asset] for asset in shared}))
    standing = set(Alert.objects.values_list("wallet__canonical", flat=True))
    assert standing == before & set(reported)
    screen_wallets_against(keep_list(2, {asset: new[asset] for asset in shared}))
    opened = set(Alert.objects.values_list("wallet__canonical", flat=True)) - standing
    assert opened == (after - before) & set(reported)
    assert len(opened) > 50
