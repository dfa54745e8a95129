"""What RingCentral documents, beside the records that it is decoded to."""

import json

import msgspec

from custom_components.ringcentral.api.transport import Reply, decode
from tests.samples import payload

SPECIFICATION = payload("openapi-presence")["components"]["schemas"]


def read(value, kind):
    """Decode a value as the client does with an answer's body."""
    return decode(Reply(200, {}, json.dumps(value).encode()), kind)


def properties(schema):
    """Return the documented fields of a schema of the specification."""
    if isinstance(schema, str):
        schema = SPECIFICATION[schema]
    found = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= properties(part["$ref"].rpartition("/")[2] if "$ref" in part else part)
    return found


def fields(kind):
    """Return the fields of a record by their names on the wire."""
    return {field.encode_name for field in msgspec.structs.fields(kind)}


def leaves(value, place="$"):
    """Yield place and value of everything in a JSON value that holds nothing else."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{place}[{index}]")
    else:
        yield place, value


def properties_of_presence():
    """Return the properties of REST presence, references resolved."""

    def resolved(schema):
        return SPECIFICATION[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    return {name: resolved(schema) for name, schema in SPECIFICATION["PresenceInfoResponse"]["properties"].items()}


# Of samples, what no record holds.
NOT_KEPT = {
    "paging",
    "navigation",
    "serviceFeatures",
    "encryption",
    "token_type",
    "notEditableOnHud",
    "headers",
    "params",
    # Of an extension, what nothing shows.
    "contact",
    "hidden",
    "site",
}


def lost(name, kind, pick):
    """Return the places in a sample that its record does not hold."""
    sample = pick(payload(name))
    kept = dict(leaves(json.loads(msgspec.json.encode(read(sample, kind)))))
    # An address is no state, and nothing here is found by one.
    return {
        place
        for place, value in leaves(sample)
        if kept.get(place) != value
        and not place.endswith("uri")
        and not NOT_KEPT & set(place.replace("[", ".").split("."))
    }
