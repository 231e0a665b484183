FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/site

COPY requirements/base.txt requirements/
RUN pip install --no-cache-dir --require-hashes --requirement requirements/base.txt

COPY manage.py ./
COPY accountability accountability
COPY campaigns campaigns
COPY locale locale
COPY templates templates
COPY static static
# Values for this one step: collecting files needs neither the real key nor the real address.
RUN SECRET_KEY=collecting-static-files-needs-no-real-secret-key-at-all SITE_ORIGIN=https://localhost \
    python manage.py collectstatic --no-input

RUN useradd --system site
USER site
EXPOSE 8000
# docs/deployment.md says why these.
ENV GUNICORN_CMD_ARGS="--worker-class gthread --workers 2 --threads 4 --timeout 30 --graceful-timeout 20 \
--max-requests 2000 --max-requests-jitter 200 --limit-request-line 4094 --limit-request-fields 50 \
--no-control-socket --bind 0.0.0.0:8000"
CMD ["gunicorn", "accountability.wsgi"]
