"""Every kind of question: what is read from what people type, and the sentence for each mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.answer_values import Unreadable, missing_cells, read_value
from issuers.forms.answers import answers_form, as_posted
from issuers.manifest import MODULES, Column, Field, FieldKind, modules_for, question_of, slots_for
from tests.issuers.filled import CONTRACT, LEI, good_value

K = FieldKind
TABLE = Field("rows", "Rows", K.TABLE, columns=(
    Column("chain", "Chain", K.CHAIN), Column("contract", "Contract", K.CONTRACT),
    Column("amount", "Amount", K.AMOUNT_HKD, required=False),
))


@pytest.fixture(autouse=True)
def _today(set_clock):
    set_clock("2026-11-26T12:00:00")


@pytest.mark.parametrize(("kind", "typed", "stored"), [
    (K.TEXT, "  Lion \n Rock ", "Lion Rock"),
    (K.LONG_TEXT, "one\r\ntwo", "one\ntwo"),
    (K.YES_NO, "yes", True),
    (K.YES_NO, "no", False),
    (K.INTEGER, "1,200", 1200),
    (K.INTEGER, "0", 0),
    (K.AMOUNT_HKD, "HK$25,000,000", "25000000.00"),
    (K.AMOUNT_HKD, "0.5", "0.50"),
    (K.PERCENT, "12.50%", "12.5"),
    (K.PERCENT, "100", "100"),
    (K.DAY, "2030-02-28", "2030-02-28"),
    (K.PAST_DAY, "2026-11-26", "2026-11-26"),
    (K.BIRTH_DATE, "2008-11-26", "2008-11-26"),
    (K.EMAIL, " a@b.example ", "a@b.example"),
    (K.PHONE, "+852 2123 4567", "+852 2123 4567"),
    (K.URL, "https://lionrock.example/x", "https://lionrock.example/x"),
    (K.COUNTRY, "gb", "GB"),
    (K.CURRENCY, "hkd", "HKD"),
    (K.LEI, LEI.lower(), LEI),
    (K.CHAIN, "eip155:1", "eip155:1"),
    (K.SYMBOL, "LRHKD", "LRHKD"),
    (K.TEXT, "   ", None),
    (K.AMOUNT_HKD, "", None),
])
def test_what_is_typed_becomes_the_value_that_is_stored(kind, typed, stored):
    assert read_value(Field("x", "X", kind), typed) == stored
    assert read_value(Field("x", "X", kind), stored) == stored


@pytest.mark.parametrize(("kind", "typed", "sentence"), [
    (K.TEXT, "x" * 301, "Use 300 characters or fewer; you used 301."),
    (K.LONG_TEXT, "x" * 10_001, "Use 10000 characters or fewer; you used 10001."),
    (K.TEXT, "a\x00b", "Remove the character that cannot be shown."),
    (K.TEXT, {"a": 1}, "This is not an answer that fits the question."),
    (K.YES_NO, "maybe", "Choose yes or no."),
    (K.INTEGER, "1.5", "Enter a whole number, such as 12."),
    (K.INTEGER, "-3", "The number cannot be below zero."),
    (K.INTEGER, "9" * 20, "The number is too large to be meant."),
    (K.AMOUNT_HKD, "much", "Enter an amount in figures, such as 25,000,000.00."),
    (K.AMOUNT_HKD, "1e9", "Enter an amount in figures, such as 25,000,000.00."),
    (K.AMOUNT_HKD, "-1", "The amount cannot be below zero."),
    (K.AMOUNT_HKD, "1.005", "Give the amount to the cent: two decimals at most."),
    (K.AMOUNT_HKD, "9" * 16, "The amount is too large to be meant."),
    (K.PERCENT, "half", "Enter a percentage in figures, such as 12.5."),
    (K.PERCENT, "100.1", "A percentage is between 0 and 100."),
    (K.PERCENT, "0.00001", "Give the percentage with four decimals at most."),
    (K.DAY, "2026-02-30", "Enter a real date as year-month-day, such as 2026-03-27."),
    (K.DAY, "27/3/2026", "Enter a real date as year-month-day, such as 2026-03-27."),
    (K.DAY, "1066-10-14", "The date is too long ago to be meant."),
    (K.PAST_DAY, "2026-11-27", "27 November 2026 is in the future."),
    (K.BIRTH_DATE, "2008-11-27", "The person is under 18: born on 27 November 2008."),
    (K.EMAIL, "lionrock.example", "Enter an e-mail address, such as name@example.com."),
    (K.PHONE, "2123 4567", "Enter a telephone number with its country code, such as +852 2123 4567."),
    (K.URL, "javascript:alert(1)", "Enter a web address that begins with https://."),
    (K.COUNTRY, "XK", "“XK” is not a country code of ISO 3166-1, such as HK or GB."),
    (K.CURRENCY, "XAU", "Choose a currency of the list."),
    (K.LEI, "5493001KJTIIGC8Y1R13",
     "“5493001KJTIIGC8Y1R13” is not an LEI: its check digits do not fit. Compare it with the certificate."),
    (K.LEI, "5493", "An LEI has 20 letters and digits; “5493” has 4."),
    (K.CHAIN, "ethereum", "“ethereum” is not a chain identifier. Write it as CAIP-2 has it, such as eip155:1."),
    (K.SYMBOL, "lr", "Enter 2 to 12 capital letters, digits or points, a letter first, such as HKDX."),
    (K.CONTRACT, "0x 5", "Enter the address of the contract without spaces."),
])
def test_each_mistake_has_its_own_sentence_beside_the_field_and_in_the_summary(kind, typed, sentence):
    question = Field("x", "The question", kind)
    with pytest.raises(Unreadable) as refused:
        read_value(question, typed)
    assert refused.value.sentences == [sentence]
    if isinstance(typed, str):
        form = answers_form([question])({"x": typed})
        assert form.errors == {"x": [sentence]}
        from django.utils.html import escape

        assert str(form).count(escape(sentence)) == 2


def test_a_choice_is_one_of_the_answers():
    question = Field("x", "X", K.CHOICE, choices=(("a", "A"), ("b", "B")))
    assert read_value(question, "b") == "b"
    with pytest.raises(Unreadable, match="Choose one of the answers"):
        read_value(question, "c")


def test_rows_are_read_cell_by_cell_and_each_mistake_names_its_cell():
    form = answers_form([TABLE])({
        "rows-rows": "3", "rows-0-chain": "eip155:1", "rows-0-contract": CONTRACT.replace("aAeb", "aaeb"),
        "rows-0-amount": "much", "rows-1-chain": "nowhere", "rows-2-chain": "",
    })
    wrong = CONTRACT.replace("aAeb", "aaeb")
    assert form.errors == {"rows": [
        f"Row 1, Contract: The address “{wrong}” has a letter or digit wrong: its checksum does not fit. Copy it again"
        " from the block explorer.",
        "Row 1, Amount: Enter an amount in figures, such as 25,000,000.00.",
        "Row 2, Chain: “nowhere” is not a chain identifier. Write it as CAIP-2 has it, such as eip155:1.",
    ]}
    assert 'value="nowhere"' in str(form)


def test_an_emptied_row_goes_away_and_a_row_with_a_gap_stays_as_a_gap():
    form = answers_form([TABLE])({"rows-rows": "3", "rows-1-chain": "eip155:1"})
    assert form.is_valid()
    assert form.readable == {"rows": [{"chain": "eip155:1", "contract": None, "amount": None}]}
    assert [(number, column.key) for number, column in missing_cells(TABLE, form.readable["rows"])] == [(1, "contract")]


def test_there_is_always_an_empty_row_below_and_its_inputs_are_labelled():
    page = str(answers_form([TABLE])(initial={"rows": [{"chain": "eip155:1", "contract": None, "amount": "1.00"}]}))
    assert 'name="rows-rows" value="2"' in page
    assert 'aria-label="Row 2, Contract"' in page
    assert "Add a row" in page


@pytest.mark.parametrize("sent", ["x", [1], [{"stray": 1}], [{"chain": ["eip155:1"]}], [{"chain": "eip155:1"}] * 101])
def test_a_program_cannot_send_rows_of_another_shape(sent):
    with pytest.raises(Unreadable):
        read_value(TABLE, sent)


def test_a_gap_is_no_mistake_in_a_draft_and_one_where_the_form_is_strict():
    question = Field("x", "The question")
    assert answers_form([question])({"x": ""}).is_valid()
    assert answers_form([question], strict=True)({"x": ""}).errors == {"x": ["“The question” is not answered."]}


def _typed(kind: FieldKind):
    if kind is K.INTEGER:
        return st.integers(0, 10**15 - 1)
    if kind is K.AMOUNT_HKD:
        return st.decimals(0, 10**14, places=2).map(str)
    if kind is K.PERCENT:
        return st.decimals(0, 100, places=4).map(str)
    if kind in (K.TEXT, K.LONG_TEXT):
        return st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200)
    if kind is K.YES_NO:
        return st.booleans()
    return st.just(good_value(Field("x", "X", kind)))


SIMPLE = [kind for kind in FieldKind if kind not in (K.TABLE, K.CHOICE, K.CONTRACT)]


@given(st.sampled_from(SIMPLE).flatmap(lambda kind: st.tuples(st.just(kind), _typed(kind))))
def test_saving_and_showing_any_value_again_changes_nothing(drawn):
    kind, typed = drawn
    question = Field("x", "X", kind)
    stored = read_value(question, typed)
    form = answers_form([question])(as_posted(question, stored))
    assert form.is_valid(), form.errors
    assert form.readable["x"] == stored


@given(st.lists(st.fixed_dictionaries({
    "chain": st.sampled_from(["eip155:1", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"]), "contract": st.none(),
    "amount": st.none() | _typed(K.AMOUNT_HKD)}), max_size=6))
def test_saving_and_showing_any_rows_again_changes_nothing(typed):
    stored = read_value(TABLE, typed)
    form = answers_form([TABLE])(as_posted(TABLE, stored))
    assert form.is_valid(), form.errors
    assert form.readable["rows"] == stored


@pytest.mark.parametrize("kind", ["company", "authorized_institution"])
def test_the_form_asks_enough_and_files_every_document_in_one_module(kind):
    modules = modules_for(kind)
    assert {len(module.fields) for module in modules} <= set(range(6, 15))
    filed = [number for module in modules for number in module.documents]
    assert set(filed) >= {slot.number for slot in slots_for(kind)}
    assert len(filed) == len(set(filed))
    keys = [f"{module.key}.{field.key}" for module in modules for field in module.fields]
    assert len(keys) == len(set(keys))
    assert all(question_of(kind, key) for key in keys)


def test_a_bank_is_not_asked_for_capital_controllers_chief_executive_directors_or_other_business():
    company, bank = ({module.key for module in modules_for(kind)} for kind in ("company", "authorized_institution"))
    assert company - bank == {"ownership", "chief_executive", "directors", "other_business", "capital"}
    assert bank - company == {"group", "stablecoin_manager"}
    assert company | bank == {module.key for module in MODULES}
    with pytest.raises(KeyError):
        question_of("authorized_institution", "capital.paid_up")
    assert {slot.number for slot in slots_for("company")} - {slot.number for slot in slots_for("authorized_institution")} == {
        "8", "25"}
