#!/usr/bin/python3
"""The peer of bench/render.cpp: the same configuration from Jinja2, byte for byte.

usage: render-jinja.py MEMBERS ROOT ROUNDS typed|text

MEMBERS has one line a membership: ASN, IPv4 address, IPv6 address, prefixes. ROOT is the root that the product made;
its shared part is taken as it is, so Jinja2 has the objects, the include lines and the digests to do. Prints the
milliseconds of the best whole rendering; exits 1 when the root, which names every object by its digest, is not the same.
With `typed` addresses and prefixes are values of Python's ipaddress module, as the product's are values of its own
types, and both spell them within the measured time. With `text` they are ready-made strings.
"""

import hashlib
import ipaddress
import sys
import time

import jinja2

OBJECT = """\
# ztix-object AS{{ m.asn }} router 1 network 1
{% for s in m.sessions %}

{% if s.prefixes %}
define px_{{ s.name }} = [ {{ s.prefixes | join(', ') }} ];
{% endif %}
filter f_in_{{ s.name }}
{
	ztix_in_{{ s.channel }}({{ m.asn }});
{% if s.prefixes %}
	if ! (net ~ px_{{ s.name }}) then ztix_not_in_set_{{ s.channel }}();
{% else %}
	ztix_not_in_set_{{ s.channel }}();
{% endif %}
	ztix_in_{{ s.channel }}_end();
}

protocol bgp {{ s.name }} from t_{{ s.channel }} {
	neighbor {{ s.address }} as {{ m.asn }};
{% if s.disabled %}
	disabled yes;
{% endif %}
{% if m.md5_key %}
	password "{{ m.md5_key }}";
{% endif %}
{% if m.ttl_security %}
	ttl security yes;
{% endif %}
	{{ s.family }} {
		import filter f_in_{{ s.name }};
		receive limit {{ s.limit }} action disable;
		import limit {{ s.limit }} action disable;
	};
}
{% endfor %}
"""

ROOT = """\
# ztix-root
define ZTIX_REVISION = {{ revision }};
define ZTIX_DIGEST = "{{ digest }}";
{{ shared }}
{% for digest in objects %}
include "/var/lib/ztix-rs/object-{{ digest }}.conf";
{% endfor %}
"""


def session(asn, suffix, address, prefixes, limit):
    return {
        "name": f"as{asn}_0001_n1_{suffix}",
        "channel": f"n1_{suffix}",
        "family": "ip" + suffix,
        "address": address,
        "limit": limit,
        "disabled": False,
        "prefixes": prefixes,
    }


def read_members(path, typed):
    address = ipaddress.ip_address if typed else str
    network = ipaddress.ip_network if typed else str
    with open(path, encoding="ascii") as lines:
        for line in lines:
            asn, ipv4, ipv6, *prefixes = line.split()
            yield {
                "asn": asn,
                "md5_key": "",
                "ttl_security": False,
                "sessions": [
                    session(asn, "v4", address(ipv4), [network(p) for p in prefixes if ":" not in p], 1000),
                    session(asn, "v6", address(ipv6), [network(p) for p in prefixes if ":" in p], 500),
                ],
            }


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def shared_part(root):
    lines = root.split("\n")
    return "\n".join(line for line in lines[3:] if not line.startswith("include ")).rstrip("\n") + "\n"


def render(object_template, root_template, shared, members):
    objects = [sha256(object_template.render(m=member)) for member in members]
    place = "0" * 64
    root = root_template.render(revision=1, digest=place, shared=shared, objects=objects)
    covered = "\n".join(line for line in root.split("\n") if not line.startswith("define ZTIX_"))
    root = root.replace(place, sha256(covered))
    return root, sha256(root)


def main():
    members = list(read_members(sys.argv[1], sys.argv[4] == "typed"))
    with open(sys.argv[2], encoding="ascii") as file:
        expected = file.read()
    environment = jinja2.Environment(trim_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined)
    templates = environment.from_string(OBJECT), environment.from_string(ROOT)
    shared = shared_part(expected)
    times = []
    for _ in range(int(sys.argv[3])):
        begin = time.perf_counter()
        root, _ = render(*templates, shared, members)
        times.append((time.perf_counter() - begin) * 1000)
        if root != expected:
            sys.exit("the bytes differ")
    print(f"{min(times):.2f}")


main()
