#!/bin/sh
# Lines A<TAB>B in, a sign out, by the Lua interpreter inside rpm.
set -e
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cat > "$folder/pairs"
rpm --define "pairs $folder/pairs" --define "signs $folder/signs" --eval "%{lua: dofile('$(dirname "$0")/rpm.lua')}" > /dev/null
cat "$folder/signs"
