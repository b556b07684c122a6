#!/bin/bash
# build.sh [VERSION]: builds the Kubernetes server programs and kubectl of VERSION (v1.33.13) from the Go module proxy.
#
# They land in ${BULKHEAD_KUBE_CACHE:-~/.cache/bulkhead/kube}/VERSION as one program `kube` with a link per name, and
# nothing is done when they are there already. Prints that folder as its only line on standard output. Needs Go >= 1.24,
# some 3 GB of build cache, and about ten CPU minutes the first time. Exit 77: no such Go here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=${1:-v1.33.13}
[[ $version =~ ^v1\.([0-9]+)\.([0-9]+)$ ]] || { echo "build.sh: '$version' is not a version like v1.33.13" >&2; exit 2; }
minor=${BASH_REMATCH[1]} patch=${BASH_REMATCH[2]}
folder=${BULKHEAD_KUBE_CACHE:-$HOME/.cache/bulkhead/kube}/$version
names="kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl"

if [ -x "$folder/kubectl" ] && [ -x "$folder/kube-apiserver" ]; then
  echo "$folder"
  exit 0
fi
go=$(command -v go || true)
if [ -z "$go" ]; then echo "build.sh: no Go here, at least 1.24 is needed" >&2; exit 77; fi
have=$(GOTOOLCHAIN=local "$go" env GOVERSION | sed 's/^go//')
if [ "$(printf '%s\n1.24\n' "$have" | sort -V | head -1)" != 1.24 ]; then
  echo "build.sh: Go $have is too old, at least 1.24 is needed" >&2
  exit 77
fi

mkdir -p "$folder"
module=$folder/.module
rm -rf "$module"
mkdir -p "$module"
# The constructor of the kubelet takes a context from 1.34 on.
if [ "$minor" -ge 34 ]; then import='"context"' argument='context.Background()'; else import='' argument=''; fi
sed "s/@KUBELET_IMPORT@/$import/; s/@KUBELET_ARGUMENT@/$argument/" "$here/program/main.go.in" > "$module/main.go"
cd "$module"
if [ -d "$here/program/$version" ]; then # the dependencies as they were resolved and checked once
  cp "$here/program/$version/"go.{mod,sum} .
  mode=readonly
else
  # Upstream's own go.mod points its published parts at ./staging, which no consumer of the module sees: each is named by its
  # released version v0.MINOR.PATCH instead. Other replacements (releases before 1.30 have many) are kept as they stand.
  upstream=$("$go" mod download -json "k8s.io/kubernetes@$version" | sed -n 's/^[[:space:]]*"GoMod": "\(.*\)",$/\1/p')
  [ -r "$upstream" ] || { echo "build.sh: the module proxy does not serve k8s.io/kubernetes@$version" >&2; exit 1; }
  {
    echo "module kube.test/programs"
    grep -E '^go [0-9]' "$upstream"
    grep -E '^godebug [a-z]' "$upstream" || true
    echo "require k8s.io/kubernetes $version"
    sed -n 's/^replace //; s/^[[:space:]]*//; / => /p' "$upstream" |
      sed "s|^\([^ ]*\) => \./staging/src/.*|replace \1 => \1 v0.$minor.$patch|; t; s/^/replace /"
  } > go.mod
  mode=mod
fi

stamp() { # what `/version` of the server answers
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf ' -X %s.gitVersion=%s -X %s.gitMajor=1 -X %s.gitMinor=%s' $package "$version" $package $package "$minor"
    printf ' -X %s.gitTreeState=clean -X %s.gitCommit=%040d -X %s.buildDate=2025-01-01T00:00:00Z' $package $package 0 $package
  done
}
echo "building Kubernetes $version (once; about five minutes of two idle cores) ..." >&2
began=$(date +%s)
CGO_ENABLED=0 nice "$go" build -mod=$mode -buildvcs=false -trimpath -ldflags "-s -w$(stamp)" -o "$folder/kube.new" . >&2
mv "$folder/kube.new" "$folder/kube"
for name in $names; do ln -sfn kube "$folder/$name"; done
mkdir -p "$folder/resolved" && cp go.mod go.sum "$folder/resolved/"
rm -rf "$module"
echo "built in $(($(date +%s) - began)) s: $("$folder/kube-apiserver" --version)" >&2
echo "$folder"
