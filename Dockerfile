# Built once, run as web, worker, beat and mail catcher: see docker-compose.yml.

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements-uv.lock requirements.lock ./
RUN python -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
 && .venv/bin/uv pip install --python .venv/bin/python --no-cache --compile-bytecode --require-hashes -r requirements.lock
COPY package.json package-lock.json ./
COPY config config
COPY core core
RUN .venv/bin/python -m config.assets
COPY . .
RUN .venv/bin/python -m config.translations \
 && DJANGO_SETTINGS_MODULE=config.settings.production STATIC_ROOT=/app/static \
    SECRET_KEY=build DATABASE_URL=postgresql://build REDIS_URL=redis://build ALLOWED_HOSTS=build SITE_URL=build EMAIL_HOST=build \
    .venv/bin/python manage.py collectstatic --no-input \
 && rm -rf node_modules tests var

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --home-dir /app --shell /usr/sbin/nologin assay
WORKDIR /app
COPY --from=build /app /app
RUN install --directory --owner assay --group assay /app/var
USER assay
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    STATIC_ROOT=/app/static \
    ASSAY_WEB_HOST=0.0.0.0
VOLUME /app/var
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--config", "python:config.gunicorn"]
