# Herald in a container: installed from the locked requirements, run by nobody in particular.
#   docker build -t herald . && docker run -v herald:/data -e HERALD_DISCORD__TOKEN herald
FROM python:3.11-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/herald
COPY requirements/base.txt requirements/newer-python.txt requirements/
RUN /opt/herald/bin/pip install --require-hashes -r requirements/base.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY migrations migrations
RUN /opt/herald/bin/pip install --no-deps --no-build-isolation . \
    && /opt/herald/bin/pip uninstall --yes pip setuptools wheel


FROM python:3.11-slim

RUN useradd --system --uid 10001 --no-create-home --home-dir /data herald \
    && install -d -o herald -g herald -m 700 /data
COPY --from=build /opt/herald /opt/herald

# What it makes (herald.db, herald.key) and a config.toml, if there is one, lie in /data.
ENV PATH=/opt/herald/bin:$PATH PYTHONUNBUFFERED=1 HERALD_WEB__HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=5)"]
ENTRYPOINT ["herald"]
CMD ["run"]
