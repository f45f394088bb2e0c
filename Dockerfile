# The service without its embedded server's data: give it REDIS_URL and DATABASE_URL, or a volume at /var/lib/cti.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/cti
ENV PATH=/opt/cti/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock .
RUN pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY cti cti
COPY routing routing
COPY crm_adapter crm_adapter
COPY webhooks webhooks
RUN pip install --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/cti --create-home cti
COPY --from=build /opt/cti /opt/cti
ENV PATH=/opt/cti/bin:$PATH PYTHONUNBUFFERED=1 CTI_DATA_DIR=/var/lib/cti CTI_LOG_FORMAT=json
USER cti
WORKDIR /var/lib/cti
VOLUME /var/lib/cti
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["cti"]
CMD ["serve", "--host", "0.0.0.0", "--workers", "2"]
