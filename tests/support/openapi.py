# openapi.py: compares an OpenAPI document with what a running server answers
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import re

import yaml

# Words about a schema that hold no value to anything.
NOTES = {"description", "default"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
         "null": type(None)}


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = yaml.safe_load(file)
        self.reached = set()

    def resolve(self, node):
        while "$ref" in node:
            target = self.root
            for word in node["$ref"].removeprefix("#/").split("/"):
                target = target[word]
            node = target
        return node

    def problems(self, schema, value, at="$"):
        """What is wrong with a value; a word that is not known here is an error of its own."""
        schema = self.resolve(schema)
        checks = {
            "const": lambda want: value == want and isinstance(value, type(want)),
            "enum": lambda want: value in want,
            "type": lambda want: (isinstance(value, TYPES[want]) and
                                  (want == "boolean" or not isinstance(value, bool))),
            "pattern": lambda want: re.search(want, value) is not None,
            "minimum": lambda want: value >= want,
            "maximum": lambda want: value <= want,
            "maxItems": lambda want: len(value) <= want,
            "required": lambda want: set(want) <= set(value),
            "oneOf": lambda want: sum(not self.problems(s, value) for s in want) == 1,
        }
        for word, want in schema.items():
            if word in ("properties", "items", "additionalProperties") or word in NOTES:
                continue
            if not checks[word](want):
                return ["%s: %r is not %s %r" % (at, value, word, want)]
        found = []
        if isinstance(value, dict):
            known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
            for name, member in value.items():
                if name in known:
                    found += self.problems(known[name], member, at + "." + name)
                elif more is False:
                    found.append("%s: %r is not documented" % (at, name))
                else:
                    found += self.problems(more, member, at + "." + name)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                found += self.problems(schema.get("items", {}), item, "%s[%d]" % (at, number))
        return found

    def find_path(self, path):
        """The documented path, which may end in a parameter."""
        if path in self.root["paths"]:
            return path
        return next((known for known in self.root["paths"]
                     if "{" in known and path.startswith(known[:known.index("{")])), path)

    def check(self, method, target, response, data):
        """One answer, against what the document says of it."""
        path = self.find_path(target.split("?")[0])
        responses = self.root["paths"][path][method.lower()]["responses"] \
            if method.lower() in self.root["paths"][path] else \
            next(iter(self.root["paths"][path].values()))["responses"]
        status = str(response.status) if str(response.status) in responses else "default"
        said = self.resolve(responses[status])
        kind = response.headers.get_content_type()
        assert kind in said["content"], (method, target, response.status, kind)
        value = json.loads(data) if kind.endswith("json") else \
            data.decode("latin-1" if kind == "application/octet-stream" else "utf-8")
        found = self.problems(said["content"][kind]["schema"], value)
        assert not found, (method, target, response.status, found)
        for name, header in said.get("headers", {}).items():
            text = response.headers[name]
            assert text is not None or not header["required"], (method, target, name)
            assert text is None or not self.problems(header["schema"], int(text)), text
        self.reached.add((path, method.lower(), status))
        return response.status, value

    def expect_all_reached(self):
        documented = {(path, method, status) for path, item in self.root["paths"].items()
                      for method, operation in item.items() for status in operation["responses"]}
        documented = {(path, method, status) for path, method, status in documented
                      if status != "default"}
        reached = {one for one in self.reached if one[2] != "default"}
        assert documented == reached, documented ^ reached
