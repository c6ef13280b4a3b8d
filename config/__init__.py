"""How the platform is put together and run: settings, URLs, work queue, servers for a machine without any."""
