# Fencepost in a container: plain, not root, one data folder.
#
#   docker build -t fencepost .
#   docker run -p 8000:8000 -v fencepost:/data -e FENCEPOST_PUBLIC_URL=https://fencepost.example fencepost
#
# Every command below is also run, without a container, by .ci/dockerfile_commands.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# For backups of PostgreSQL. Its version must be the server's or a newer one: see app/DEPLOYMENT.md.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin fencepost
RUN install -d -o 10001 -m 0700 /data

WORKDIR /opt/fencepost
COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY templates ./templates
COPY static ./static
COPY alembic ./alembic
RUN pip install --no-deps .

USER 10001
ENV FENCEPOST_DATA_DIR=/data FENCEPOST_HOST=0.0.0.0 FENCEPOST_PORT=8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD python -c "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['FENCEPOST_PORT'] + '/healthz', timeout=4)"
CMD ["fencepost", "serve"]
