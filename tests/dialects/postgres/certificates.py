"""Certificates for one run, made by openssl: an authority, a server and a client that it vouches for."""

from __future__ import annotations

import subprocess
from pathlib import Path

DAYS = "2"
#: of each certificate; from Python 3.13 on they are looked at strictly (RFC 5280)
_EXTENSIONS = ("basicConstraints=CA:FALSE", "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid")


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


class Authority:
    """`root` is the file to trust; `issue` makes a certificate and its key."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self.folder, self.name, self._issued = folder, name, 0
        self.root, self._key = folder / f"{name}.crt", folder / f"{name}.key"
        made = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", DAYS, "-subj", f"/CN={name}")
        usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
        openssl(folder, "req", *made, *usage, "-keyout", self._key.name, "-out", self.root.name)

    def issue(self, subject: str, alternatives: str = "", password: str = "") -> tuple[Path, Path]:
        """(certificate, key) for a common name; `alternatives` as in ``DNS:localhost``."""
        self._issued += 1
        stem = f"{subject}-{self.name}-{self._issued}"
        locked = ("-passout", f"pass:{password}") if password else ("-nodes",)
        made = ("-newkey", "rsa:2048", *locked, "-subj", f"/CN={subject}")
        openssl(self.folder, "req", *made, "-keyout", f"{stem}.key", "-out", f"{stem}.csr")
        (self.folder / f"{stem}.ext").write_text(
            "".join([f"{line}\n" for line in (*_EXTENSIONS, f"subjectAltName={alternatives}" * bool(alternatives))])
        )
        signed = ("-CA", self.root.name, "-CAkey", self._key.name, "-CAcreateserial", "-days", DAYS)
        extra = ("-extfile", f"{stem}.ext")
        openssl(self.folder, "x509", "-req", "-in", f"{stem}.csr", *signed, *extra, "-out", f"{stem}.crt")
        key = self.folder / f"{stem}.key"
        key.chmod(0o600)
        return self.folder / f"{stem}.crt", key
