#!/usr/bin/env bash
# A back-up of what cannot be made again (editions, decisions, quarantine), of what is served, and of Dagster's runs:
#   deploy/backup.sh FOLDER
# Everything else in BURDEN_DATA_DIR is built from these. Files of the landing store and of publications never change once
# they are there, so a copy made during a run is whole; a publication in the making (.building-…) is left out.
set -euo pipefail
: "${BURDEN_DATA_DIR:?}" "${1:?a folder for the back-up}"
target="$1/burden-sharing-$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$target.part"
present=()
for name in landing incoming quarantine decisions.jsonl published current; do
  [ -e "$BURDEN_DATA_DIR/$name" ] && present+=("$name")
done
tar -C "$BURDEN_DATA_DIR" --exclude='.building-*' --exclude='.removing-*' -cf "$target.part/data.tar" "${present[@]}"
if [ -n "${BURDEN_POSTGRES_URL:-}" ]; then
  pg_dump --format=custom --file="$target.part/dagster.dump" "${BURDEN_POSTGRES_URL/+psycopg2/}"
fi
(cd "$target.part" && sha256sum -- * > SHA256SUMS)
mv "$target.part" "$target"
echo "$target"
