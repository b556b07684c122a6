#!/usr/bin/env python3
"""A CycloneDX document of the components named: sbom.py COMPONENT…

COMPONENT is a package URL, perhaps with ` path=usr/bin/x` and ` program` (the file is this module itself) or ` main=MODULE` (what
Syft says of the binary that the module was found in).
"""
import json
import sys

components = []
for number, text in enumerate(sys.argv[1:]):
    purl, *words = text.split(" ")
    properties = []
    for word in words:
        key, _, value = word.partition("=")
        properties.append({"path": {"name": "syft:location:0:path", "value": "/" + value}, "program": {"name": "bulkhead:program", "value": "true"},
                           "main": {"name": "syft:metadata:mainModule", "value": value}}[key])
    name = purl.split("?")[0].split("@")[0]
    components.append({"type": "library", "bom-ref": f"{number}", "name": name, "purl": purl, "properties": properties})
print(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}))
