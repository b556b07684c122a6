#!/usr/bin/env python3
"""image_maker.py OUT [--form oci|folder|docker|docker-old] [--compress none|gzip] [--name REF] [--config JSON] LAYER…

Makes an image from layers, each a folder (packed by this program) or a tar file (taken as it is). Forms: an OCI layout as tar or
as folder, `docker save` archives as Docker writes them since version 25 and as it did before. Reproducible: no times, no names.
Used by the scenario tests and the benchmark; written from the OCI image specification and moby's image/spec/v1.2.md.
"""
import argparse
import gzip
import hashlib
import io
import json
import os
import pathlib
import tarfile


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def pack(folder):
    """A folder as a layer: sorted, owner root, time zero; hard links are kept."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for base, folders, files in os.walk(folder):
            folders.sort()
            for name in sorted(folders + files):
                full = os.path.join(base, name)
                info = tar.gettarinfo(full, os.path.relpath(full, folder))
                if info is None:
                    continue  # a socket
                info.mtime, info.uid, info.gid, info.uname, info.gname = 0, 0, 0, "", ""
                with open(full, "rb") if info.isreg() else io.BytesIO() as content:
                    tar.addfile(info, content if info.isreg() else None)
    return out.getvalue()


def add(tar, name, data):
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    tar.addfile(info, io.BytesIO(data))


def config_of(layers, extra):
    config = {"architecture": "amd64", "os": "linux", "created": "1970-01-01T00:00:00Z", "config": extra,
              "rootfs": {"type": "layers", "diff_ids": ["sha256:" + sha256(layer) for layer in layers]},
              "history": [{"created": "1970-01-01T00:00:00Z", "created_by": f"COPY layer{i} / # maker"} for i in range(len(layers))]}
    return json.dumps(config, sort_keys=True).encode()


def oci_files(layers, stored, media, config, name):
    files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}

    def blob(data, kind):
        files["blobs/sha256/" + sha256(data)] = data
        return {"mediaType": kind, "digest": "sha256:" + sha256(data), "size": len(data)}

    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": blob(config, "application/vnd.oci.image.config.v1+json"), "layers": [blob(data, media) for data in stored]}
    top = blob(json.dumps(manifest, sort_keys=True).encode(), "application/vnd.oci.image.manifest.v1+json")
    top["annotations"] = {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.rsplit(":", 1)[-1]}
    top["platform"] = {"architecture": "amd64", "os": "linux"}
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [top]}, sort_keys=True).encode()
    return files


def docker_files(layers, stored, config, name, old):
    files, names = {}, []
    for layer, data in zip(layers, stored):
        path = sha256(b"id" + layer) + "/layer.tar" if old else "blobs/sha256/" + sha256(data)
        files[path] = data
        names.append(path)
    config_name = sha256(config) + ".json" if old else "blobs/sha256/" + sha256(config)
    files[config_name] = config
    files["manifest.json"] = json.dumps([{"Config": config_name, "RepoTags": [name], "Layers": names}]).encode()
    return files


def make(out, layers, form="oci", compress="none", name="example.test/shop/api:1.0", extra=None, level=6):
    stored = [gzip.compress(layer, level, mtime=0) for layer in layers] if compress == "gzip" else layers
    media = "application/vnd.oci.image.layer.v1.tar" + ("+gzip" if compress == "gzip" else "")
    config = config_of(layers, extra or {})
    files = docker_files(layers, stored, config, name, form == "docker-old") if form.startswith("docker") else oci_files(layers, stored, media, config, name)
    if form == "folder":
        for path, data in files.items():
            target = pathlib.Path(out, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return files
    with tarfile.open(out, "w") as tar:
        for path in sorted(files):
            add(tar, path, files[path])
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("layers", nargs="+")
    parser.add_argument("--form", choices=["oci", "folder", "docker", "docker-old"], default="oci")
    parser.add_argument("--compress", choices=["none", "gzip"], default="none")
    parser.add_argument("--name", default="example.test/shop/api:1.0")
    parser.add_argument("--config", default="{}")
    a = parser.parse_args()
    layers = [pack(path) if os.path.isdir(path) else pathlib.Path(path).read_bytes() for path in a.layers]
    make(a.out, layers, a.form, a.compress, a.name, json.loads(a.config))


if __name__ == "__main__":
    main()
