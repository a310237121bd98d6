#!/usr/bin/env bash
# A back-up of what cannot be made again (editions, decisions, quarantine), of what is served, and of Dagster's runs:
#   deploy/backup.sh FOLDER
# Everything else in BURDEN_DATA_DIR is built from these. It may be made while a run is at work: files of the landing store
# and of publications never change once they are there, and a payload is written to where it goes before it is removed
# from where it was. So the folders are read in the order of its way, incoming once more for what came back from
# quarantine; decisions last, as those on an edition are written before it lands. What is in the making is left out.
set -euo pipefail
: "${BURDEN_DATA_DIR:?}" "${1:?a folder for the back-up}"
target="$1/burden-sharing-$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$target.part"
# The link is read once: it may be switched while what it leads to is read.
served=$(readlink "$BURDEN_DATA_DIR/current" || true)
present=()
for name in incoming quarantine landing incoming decisions.jsonl actions.jsonl ${served:+"$served"}; do
  [ -e "$BURDEN_DATA_DIR/$name" ] && present+=("$name")
done
# Exit code 1 of tar: a file was moved on while it was read; it is where it went.
tar -C "$BURDEN_DATA_DIR" --exclude='.writing-*' --warning=no-file-changed --warning=no-file-removed \
  --hard-dereference -cf "$target.part/data.tar" "${present[@]}" || [ $? -eq 1 ]
if [ -n "$served" ]; then
  ln -s "$served" "$target.part/current"
  tar -C "$target.part" -rf "$target.part/data.tar" current
  rm "$target.part/current"
fi
if [ -n "${BURDEN_POSTGRES_URL:-}" ]; then
  pg_dump --format=custom --file="$target.part/dagster.dump" "${BURDEN_POSTGRES_URL/+psycopg2/}"
fi
(cd "$target.part" && sha256sum -- * > SHA256SUMS)
mv "$target.part" "$target"
echo "$target"
