"""Writes OCI image archives from folders, the same bytes for the same content.

Source: OCI image specification 1.1 (image-layout, image manifest, configuration, layer: whiteouts ".wh.NAME").
"""
import gzip
import hashlib
import io
import json
import os
import stat
import tarfile

EPOCH = 1767571200  # 2026-01-05: the date of everything in the demo's images
CREATED = "2026-01-05T00:00:00Z"
NOT_CONTENT = ("dev/", "proc/", "sys/")


class Tree:
    """A folder's entries: path -> what tells a changed one from an untouched one."""

    def __init__(self, root, skip=()):
        self.root, self.skip = os.fspath(root), set(skip)
        self.facts = {}
        for folder, folders, files in os.walk(self.root):
            for name in folders + files:
                full = os.path.join(folder, name)
                path = os.path.relpath(full, self.root)
                if path in self.skip or path.startswith(NOT_CONTENT):
                    continue
                s = os.lstat(full)
                link = os.readlink(full) if stat.S_ISLNK(s.st_mode) else ""
                changes_by_itself = stat.S_ISDIR(s.st_mode)  # a folder's time and size change with its entries
                self.facts[path] = (s.st_mode, s.st_uid, s.st_gid, 0 if changes_by_itself else s.st_size, 0 if changes_by_itself else s.st_mtime_ns, link)

    def entries(self):
        return self._read(sorted(self.facts))

    def changes_since(self, before):
        changed = {path for path, fact in self.facts.items() if before.facts.get(path) != fact}
        for path in list(changed):  # a layer names the folders above what it holds
            while "/" in path:
                path = path.rsplit("/", 1)[0]
                changed.add(path)
        gone = [path for path in before.facts if path not in self.facts]
        top_gone = [path for path in gone if path.rsplit("/", 1)[0] not in gone]
        whiteouts = [(os.path.join(os.path.dirname(p), ".wh." + os.path.basename(p)), tarfile.REGTYPE, 0o644, 0, 0, b"", "") for p in top_gone]
        return sorted(self._read(sorted(changed)) + whiteouts)

    def _read(self, paths):
        result, first_name = [], {}
        for path in paths:
            full = os.path.join(self.root, path)
            s = os.lstat(full)
            kind, data, link = None, b"", ""
            if stat.S_ISDIR(s.st_mode):
                kind = tarfile.DIRTYPE
            elif stat.S_ISLNK(s.st_mode):
                kind, link = tarfile.SYMTYPE, os.readlink(full)
            elif stat.S_ISREG(s.st_mode):
                kind = tarfile.REGTYPE
                if s.st_nlink > 1 and s.st_ino in first_name:
                    kind, link = tarfile.LNKTYPE, first_name[s.st_ino]
                else:
                    first_name[s.st_ino] = path
                    with open(full, "rb") as stream:
                        data = stream.read()
            if kind is not None:  # sockets and pipes are left out
                result.append((path, kind, stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid, data, link))
        return result


class ImageWriter:
    def __init__(self, reference, user="", ports=(), entrypoint=(), labels=None):
        self.reference = reference
        self.config = {"Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], "Entrypoint": list(entrypoint), "WorkingDir": "/"}
        if user:
            self.config["User"] = user
        if ports:
            self.config["ExposedPorts"] = {port: {} for port in ports}
        if labels:
            self.config["Labels"] = labels
        self.layers, self.diff_ids, self.history, self.blobs = [], [], [], {}

    def _blob(self, data):
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return "sha256:" + digest

    def add_layer(self, entries, command):
        plain = io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path, kind, mode, uid, gid, data, link in entries:
                info = tarfile.TarInfo(path + "/" if kind == tarfile.DIRTYPE else path)
                info.type, info.mode, info.uid, info.gid, info.linkname, info.size, info.mtime = kind, mode, uid, gid, link, len(data), EPOCH
                tar.addfile(info, io.BytesIO(data) if data else None)
        raw = plain.getvalue()
        packed = gzip.compress(raw, compresslevel=6, mtime=0)
        self.layers.append({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": self._blob(packed), "size": len(packed)})
        self.diff_ids.append("sha256:" + hashlib.sha256(raw).hexdigest())
        self.history.append({"created": CREATED, "created_by": command})

    def write(self, path):
        """Writes the archive and returns the manifest's digest, which a registry would know the image by."""
        as_json = lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
        for key, text in (("User", "USER {}"), ("Entrypoint", "ENTRYPOINT {}")):
            if key in self.config:
                value = self.config[key] if key == "User" else json.dumps(self.config[key])
                self.history.append({"created": CREATED, "created_by": text.format(value), "empty_layer": True})
        config = as_json({"architecture": "amd64", "os": "linux", "created": CREATED, "config": self.config, "history": self.history,
                          "rootfs": {"type": "layers", "diff_ids": self.diff_ids}})
        manifest = as_json({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": self.layers,
                            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": self._blob(config), "size": len(config)}})
        digest = self._blob(manifest)
        index = as_json({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
            {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": len(manifest), "platform": {"architecture": "amd64", "os": "linux"},
             "annotations": {"io.containerd.image.name": self.reference, "org.opencontainers.image.ref.name": self.reference.rsplit(":", 1)[1]}}]})
        files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": index} | {"blobs/sha256/" + d: data for d, data in self.blobs.items()}
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            for name in sorted(files):
                info = tarfile.TarInfo(name)
                info.size, info.mtime = len(files[name]), EPOCH
                tar.addfile(info, io.BytesIO(files[name]))
        return digest
