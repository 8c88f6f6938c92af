"""Mail servers that want encryption and a password; and one that is not who it says."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import override_settings

from broadsheet.digests import jobs
from broadsheet.digests.models import Letter, Stage
from tests.digests.conftest import Mailbox, Subscribe, waiting
from tests.processes import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for this machine, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "here.pem"
    kept = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, kept, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def knows(server: SMTP, session: Session, envelope: Envelope, how: str, told: object) -> AuthResult:
    is_right = isinstance(told, LoginPassword) and (told.login, told.password) == (b"ada", b"right")
    return AuthResult(success=is_right, handled=is_right)


@contextmanager
def server(certificate: Path | None, **settings: object) -> Iterator[Mailbox]:
    """A mail server that takes letters after STARTTLS and a password; without a certificate it
    can do neither."""
    box, context = Mailbox(port=free_port()), None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        tls_context=context,
        require_starttls=bool(context),
        authenticator=knows,
        auth_required=bool(context),
    )
    controller.start()
    told = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": box.port, "EMAIL_USE_TLS": True}
    told |= {"EMAIL_HOST_USER": "ada", "EMAIL_HOST_PASSWORD": "right", **settings}
    try:
        with override_settings(**told):
            yield box
    finally:
        controller.stop()


def test_letters_go_by_tls_with_a_password(
    certificate: Path, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for name in ("ada", "eve"):
        waiting(subscribe(f"{name}@example.org", only_with_papers=False))
    with server(certificate) as box:
        jobs.send_due()
    assert box.addresses() == ["ada@example.org", "eve@example.org"]


def test_with_a_wrong_password_letters_wait_and_it_is_not_logged(
    certificate: Path,
    subscribe: Subscribe,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    waiting(subscribe(only_with_papers=False))
    with server(certificate, EMAIL_HOST_PASSWORD="wr0ngpass") as box:  # noqa: S106  of a test
        jobs.send_due()
    assert box.letters == []
    assert Letter.objects.get().stage == Stage.WAITING
    ours = [record.getMessage() for record in caplog.records if "broadsheet" in record.name]
    assert any("Letters wait" in told for told in ours)
    assert "wr0ngpass" not in "".join(ours)


def test_a_server_that_is_not_who_it_says_gets_nothing(
    certificate: Path, subscribe: Subscribe
) -> None:
    waiting(subscribe(only_with_papers=False))
    with server(certificate) as box:  # nobody here trusts its certificate
        jobs.send_due()
    assert box.letters == []
    assert Letter.objects.get().stage == Stage.WAITING


def test_letters_that_are_to_be_encrypted_never_go_in_the_clear(subscribe: Subscribe) -> None:
    waiting(subscribe(only_with_papers=False))
    with server(None) as box:
        jobs.send_due()
    assert box.letters == []
    assert Letter.objects.get().stage == Stage.WAITING
