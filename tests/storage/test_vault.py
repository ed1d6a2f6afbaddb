"""Keys: what they open and what they do not."""

import pytest

from storage.errors import KeyDestroyed, Sealed, StorageError
from storage.vault import Vault

SECRET = b"a secret of at least 32 bytes ..."


def test_what_a_patient_key_sealed_it_opens() -> None:
    vault = Vault(SECRET)
    key = vault.open_key(vault.new_key("p1"), "p1")
    assert key.open(key.seal("我看不见了".encode())).decode() == "我看不见了"
    assert key.open_json(key.seal_json({"a": ["三", 1]})) == {"a": ["三", 1]}


def test_a_restarted_program_opens_what_was_sealed_before() -> None:
    wrapped = Vault(SECRET).new_key("p1")
    sealed = Vault(SECRET).open_key(wrapped, "p1").seal(b"words")
    assert Vault(SECRET).open_key(wrapped, "p1").open(sealed) == b"words"


def test_no_other_key_opens_it() -> None:
    vault = Vault(SECRET)
    sealed = vault.open_key(vault.new_key("p1"), "p1").seal(b"words")
    for other in (vault.open_key(vault.new_key("p1"), "p1"), vault.system, Vault(SECRET[::-1]).system):
        with pytest.raises(Sealed):
            other.open(sealed)


def test_a_patient_key_put_into_another_patients_row_does_not_open() -> None:
    vault = Vault(SECRET)
    with pytest.raises(Sealed):
        vault.open_key(vault.new_key("p1"), "p2")


@pytest.mark.parametrize("position", [0, 12, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    system = Vault(SECRET).system
    sealed = bytearray(system.seal(b"words"))
    sealed[position] ^= 1
    with pytest.raises(Sealed):
        system.open(bytes(sealed))


@pytest.mark.parametrize("rubbish", [b"", b"short", b"\x00" * 28])
def test_rubbish_is_refused_in_one_way(rubbish: bytes) -> None:
    with pytest.raises(Sealed):
        Vault(SECRET).system.open(rubbish)
    with pytest.raises(Sealed):
        Vault(SECRET).open_key(rubbish or b"\x01", "p1")


def test_a_destroyed_key_says_so() -> None:
    with pytest.raises(KeyDestroyed):
        Vault(SECRET).open_key(None, "p1")


def test_sealing_the_same_words_twice_looks_different() -> None:
    system = Vault(SECRET).system
    assert system.seal(b"words") != system.seal(b"words")


def test_lookups_are_the_same_for_the_same_secret_and_parts_only() -> None:
    vault = Vault(SECRET)
    assert vault.lookup("telegram", "12") == Vault(SECRET).lookup("telegram", "12")
    different = {
        vault.lookup("telegram", "12"),
        vault.lookup("telegram1", "2"),
        vault.lookup("telegram12"),
        vault.chain("telegram", "12"),
        Vault(SECRET[::-1]).lookup("telegram", "12"),
    }
    assert len(different) == 5


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(StorageError, match="at least 32 bytes; it has 5"):
        Vault(b"short")
