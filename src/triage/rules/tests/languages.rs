//! Marks in the languages that the reader reads.

use super::*;

#[test]
fn what_no_neighbour_is_asked_for_is_heard_in_other_languages() {
    let marks = Marks::parse(MARKS).unwrap();
    for (text, mark) in [
        (
            "Czy ktoś może podać mamie leki wieczorem?",
            "giving_medicine",
        ),
        ("Trzeba zrobić zastrzyk babci", "giving_medicine"),
        (
            "Să îi dea cineva bunicii medicamentele seara",
            "giving_medicine",
        ),
        (
            "Alguém pode dar os comprimidos à minha avó?",
            "giving_medicine",
        ),
        ("Reikia paduoti mamai vaistus vakare", "giving_medicine"),
        (
            "Rhaid rhoi ei thabledi, rhoi moddion iddi",
            "giving_medicine",
        ),
        ("Треба давати бабусі ліки щодня", "giving_medicine"),
        ("امی کو دوائی کھلانی ہے", "giving_medicine"),
        ("ammi ko dawai khilani hai", "giving_medicine"),
        ("ਮਾਂ ਨੂੰ ਦਵਾਈ ਖੁਆਉਣੀ ਹੈ", "giving_medicine"),
        ("মাকে ওষুধ খাওয়াতে হবে", "giving_medicine"),
        ("من يعطي امي الدواء مساء", "giving_medicine"),
        (
            "wypłacić pieniądze dla babci, mam jej kartę i PIN",
            "money_in_hand",
        ),
        ("cineva să scoată banii de la bancomat", "money_in_hand"),
        ("levantar dinheiro no multibanco", "money_in_hand"),
        ("išimti pinigus iš bankomato", "money_in_hand"),
        ("tynnu arian o'r banc", "money_in_hand"),
        ("зняти гроші з картки", "money_in_hand"),
        ("پیسے نکلوانے ہیں", "money_in_hand"),
        ("ਪੈਸੇ ਕਢਵਾਉਣੇ ਹਨ", "money_in_hand"),
        ("টাকা তুলতে হবে", "money_in_hand"),
        ("يسحب لي فلوس من الصراف", "money_in_hand"),
        ("kto może popilnować dzieci w piątek", "childcare"),
        ("посидіти з дитиною", "childcare"),
        ("wykąpać babcię", "personal_care"),
        ("mam niemowlę", "baby"),
    ] {
        assert!(
            marks.of(text).contains(&mark),
            "{text}: {:?}",
            marks.of(text)
        );
    }
}

#[test]
fn fetching_medicine_is_asked_of_neighbours_in_any_language() {
    let marks = Marks::parse(MARKS).unwrap();
    for text in [
        "Czy ktoś może odebrać leki z apteki?",
        "Da, am nevoie de medicamente de la farmacie",
        "Alguém pode ir buscar os remédios à farmácia?",
        "Ar kas gali nupirkti vaistus?",
        "Allwch chi nôl y moddion o'r fferyllfa?",
        "Забрати ліки з аптеки",
        "koi dawai la dena please",
        "دوا لا دیں",
        "ওষুধ এনে দিতে পারবেন?",
        "احضار الدواء من الصيدلية",
    ] {
        assert!(marks.of(text).is_empty(), "{text}: {:?}", marks.of(text));
    }
}
