"""Secrets at rest: sealed with the first key, opened with any, never guessed at."""

import stat
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.storage.vault import Vault, load_keys, new_key
from tests.support.rights import open_folder, unprivileged


def test_what_is_sealed_opens_again_and_looks_like_nothing() -> None:
    vault = Vault([new_key()])

    sealed = vault.seal("whsec_ünicode 🔑")

    assert vault.open(sealed) == "whsec_ünicode 🔑"
    assert b"whsec" not in sealed
    assert sealed != vault.seal("whsec_ünicode 🔑")


def test_another_key_opens_nothing() -> None:
    sealed = Vault([new_key()]).seal("secret")

    with pytest.raises(ConfigError, match=r"secrets\.key_file: none of its keys opens"):
        Vault([new_key()]).open(sealed)


def test_a_sealed_secret_that_was_altered_is_refused() -> None:
    vault = Vault([new_key()])
    sealed = bytearray(vault.seal("secret"))
    sealed[20] ^= 1

    with pytest.raises(ConfigError):
        vault.open(bytes(sealed))


def test_a_new_key_on_top_opens_and_reseals_the_old_ones_secrets() -> None:
    old, new = new_key(), new_key()
    sealed = Vault([old]).seal("secret")
    both = Vault([new, old])

    resealed = both.reseal(sealed)

    assert both.open(sealed) == "secret"
    assert Vault([new]).open(resealed) == "secret"
    with pytest.raises(ConfigError):
        Vault([old]).open(resealed)


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 44, new_key()[:-1]], ids=["empty", "short", "no base64", "cut"]
)
def test_a_key_that_is_none_is_explained(key: str) -> None:
    with pytest.raises(ConfigError, match=r"secrets\.key: a key is 44 characters"):
        Vault([key])


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "herald.key"

    keys = load_keys(None, file, may_create=True)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_keys(None, file, may_create=False) == keys
    assert Vault(keys).open(Vault(keys).seal("x")) == "x"


def test_a_missing_key_is_not_replaced_where_secrets_wait_for_it(tmp_path: Path) -> None:
    file = tmp_path / "herald.key"

    with pytest.raises(ConfigError, match=r"secrets\.key_file: .* is missing") as caught:
        load_keys(None, file, may_create=False)

    assert "put it back from your backup" in str(caught.value)
    assert not file.exists()


def test_the_file_has_one_key_a_line_newest_first(tmp_path: Path) -> None:
    file = tmp_path / "herald.key"
    file.write_text("first\nsecond\n\n")

    assert load_keys(None, file, may_create=True) == ["first", "second"]


def test_the_setting_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "herald.key"

    assert load_keys("first,second", file, may_create=True) == ["first", "second"]
    assert not file.exists()


def test_an_empty_file_is_not_filled(tmp_path: Path) -> None:
    file = tmp_path / "herald.key"
    file.touch()

    with pytest.raises(ConfigError, match="is empty; put your key back into it"):
        load_keys(None, file, may_create=True)

    assert file.read_text() == ""


def test_a_file_that_cannot_be_read() -> None:
    with open_folder() as folder:
        file = folder / "herald.key"
        file.write_text(new_key())
        file.chmod(0o000)
        with unprivileged(), pytest.raises(ConfigError, match=r"cannot read .*Permission denied"):
            load_keys(None, file, may_create=True)


def test_a_folder_that_takes_no_file() -> None:
    with open_folder() as folder:
        folder.chmod(0o555)
        with unprivileged(), pytest.raises(ConfigError, match=r"cannot create .*writable place"):
            load_keys(None, folder / "herald.key", may_create=True)
