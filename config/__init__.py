"""How the platform is put together and run: settings, URLs, work queue, servers for a machine without any."""

import gc

# Every process of ours reads this first. What it then imports, and what a request or a task makes, is hardly ever a
# cycle: at its own pace the collector would take a third of the time to start, and a tenth of the time to work.
gc.set_threshold(50_000, 20, 10)
