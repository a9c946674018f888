"""Check digits and normalised forms of Russian identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.core import identifiers as ids


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (ids.inn, "7825498171", "7825498171"),
        (ids.inn, " 78 2549-8171 ", "7825498171"),
        (ids.inn, "637924902009", "637924902009"),
        (ids.inn, "0279111370", "0279111370"),
        (ids.ogrn, "1022500000566", "1022500000566"),
        (ids.ogrn, "304500116000157", "304500116000157"),
        (ids.kpp, "771401001", "771401001"),
        (ids.kpp, "7714ab001", "7714AB001"),
        (ids.snils, "112-233-445 95", "11223344595"),
        (ids.snils, "001-001-998 00", "00100199800"),
        (ids.snils, "001-001-998 77", "00100199877"),
        (ids.oktmo, "78 643 000", "78643000"),
        (ids.oktmo, "79701000001", "79701000001"),
        (ids.bik, "044525225", "044525225"),
        (ids.certificate_number, "78 01 123456", "7801123456"),
        (ids.foreign_certificate_number, "  АБ-12  ", "АБ-12"),
    ],
)
def test_good_values(check, value, expected) -> None:
    assert check(value) == expected


@pytest.mark.parametrize(
    ("check", "value", "message"),
    [
        (ids.inn, "", "ИНН: значение не указано"),
        (ids.inn, "9572907989", "контрольная цифра не сходится"),
        (ids.inn, "12345", "10 или 12 цифр"),
        (ids.inn, "78254a8171", "допустимы только цифры"),
        (ids.inn, "٠٢٧٩١١١٣٧٠", "допустимы только цифры"),
        (ids.inn, "0000000000", "из одних нулей"),
        (ids.ogrn, "1022500000567", "ОГРН: контрольная"),
        (ids.ogrn, "304500116000158", "ОГРНИП: контрольная"),
        (ids.ogrn, "3160094236029", "не может начинаться"),
        (ids.ogrn, "6160094236029", "ОГРН: контрольная"),
        (ids.kpp, "7714010O1", "латинские буквы"),
        (ids.kpp, "77140100", "9 знаков"),
        (ids.snils, "001-001-999 00", "контрольное число"),
        (ids.snils, "112-233-445 96", "контрольное число"),
        (ids.oktmo, "7864300", "8 или 11"),
        (ids.oktmo, "00643000", "регион"),
        (ids.certificate_number, "123", "10 цифр"),
        (ids.foreign_certificate_number, "1" * 21, "не длиннее 20"),
    ],
)
def test_bad_values_say_what_is_wrong(check, value, message) -> None:
    with pytest.raises(ValueError, match=message):
        check(value)


@pytest.mark.parametrize(
    ("code", "digit"),
    [("63000000", 1), ("63600000", 8), ("63602401", 6), ("78603000", 1), ("78643000", 6), ("78612000", 0)],
)
def test_oktmo_control_number(code, digit) -> None:
    assert ids.oktmo_check_digit(code) == digit
    assert ids.oktmo(code, check=digit) == code
    assert ids.oktmo(code, check="") == code
    with pytest.raises(ValueError, match="не сходится"):
        ids.oktmo(code, check=(digit + 1) % 10)


def test_accounts() -> None:
    assert ids.bank_account("30101810400000000225", "044525225")
    assert ids.bank_account("40102810445370000059", "017003983")
    assert ids.bank_account("03100643000000018500", "017003983")
    assert ids.bank_account("30101 810 4 0000 0000225") == "30101810400000000225"
    with pytest.raises(ValueError, match="ключ"):
        ids.bank_account("30101810500000000225", "044525225")
    with pytest.raises(ValueError, match="ключ"):
        ids.bank_account("40102810445370000059", "044525225")
    with pytest.raises(ValueError, match="643"):
        ids.bank_account("03100810000000018500")
    with pytest.raises(ValueError, match="03"):
        ids.bank_account("01100643000000018500")


@given(st.integers(min_value=1_001_999, max_value=999_999_999))
def test_exactly_one_snils_check_number_fits(number) -> None:
    good = []
    for check in range(100):
        try:
            good.append(ids.snils(f"{number:09d}{check:02d}"))
        except ValueError:
            continue
    assert len(good) == 1


@given(st.text(max_size=25))
def test_nothing_but_value_error(text) -> None:
    for check in (ids.inn, ids.kpp, ids.ogrn, ids.snils, ids.oktmo, ids.bik, ids.bank_account):
        try:
            value = check(text)
        except ValueError as error:
            assert str(error)
        else:
            assert check(value) == value
