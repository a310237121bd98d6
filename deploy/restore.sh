#!/usr/bin/env bash
# Restores a back-up into an empty BURDEN_DATA_DIR, and Dagster's runs into an empty database:
#   deploy/restore.sh FOLDER/burden-sharing-…
# The publication is served at once; `burden run` builds it again from the editions.
set -euo pipefail
: "${BURDEN_DATA_DIR:?}" "${1:?the folder of a back-up}"
(cd "$1" && sha256sum --check --quiet SHA256SUMS)
if [ -e "$BURDEN_DATA_DIR" ] && [ -n "$(ls -A "$BURDEN_DATA_DIR")" ]; then
  echo "$BURDEN_DATA_DIR is not empty: name a new folder, or move this one away" >&2
  exit 2
fi
mkdir -p "$BURDEN_DATA_DIR"
tar -C "$BURDEN_DATA_DIR" -xf "$1/data.tar"
if [ -n "${BURDEN_POSTGRES_URL:-}" ] && [ -f "$1/dagster.dump" ]; then
  pg_restore --no-owner --exit-on-error --dbname="${BURDEN_POSTGRES_URL/+psycopg2/}" "$1/dagster.dump"
fi
